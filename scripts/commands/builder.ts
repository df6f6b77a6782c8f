import type { Command } from 'commander';
import { addBuilderCreateCommand } from './builder-create.ts';

export function addBuilderCommands(program: Command): void {
  const builder = program.command('builder').description('Make builders of your own, and look at those of others.');
  addBuilderCreateCommand(builder);
}
