import type { Command } from 'commander';
import { addBuilderCreateCommand } from './builder-create.ts';
import { addBuilderInspectCommand } from './builder-inspect.ts';

export function addBuilderCommands(program: Command): void {
  const builder = program.command('builder').description('Make builders of your own, and look at those of others.');
  addBuilderCreateCommand(builder);
  addBuilderInspectCommand(builder);
}
