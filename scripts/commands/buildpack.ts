import type { Command } from 'commander';
import { listBuildpacks } from '../find-buildpack.ts';
import { openWorkplace } from '../workplace.ts';
import { addBuildpackInspectCommand } from './buildpack-inspect.ts';
import { addBuildpackNewCommand } from './buildpack-new.ts';
import { addBuildpackPackageCommand } from './buildpack-package.ts';
import { addBuildpackTestCommand } from './buildpack-test.ts';

export function addBuildpackCommands(program: Command): void {
  const buildpack = program.command('buildpack').description('Look at buildpacks, and write your own.');
  buildpack
    .command('list')
    .description('List the buildpacks of a builder.')
    .option('-B, --builder <name>', 'builder, by name or folder', 'base')
    .action(async ({ builder }: { builder: string }) => {
      for (const { descriptor } of await listBuildpacks(await openWorkplace(process.env), builder)) {
        const { id, version, description = '' } = descriptor.buildpack;
        process.stdout.write(`${id.padEnd(24)} ${version.padEnd(10)} ${description}\n`);
      }
    });
  addBuildpackInspectCommand(buildpack);
  addBuildpackNewCommand(buildpack);
  addBuildpackTestCommand(buildpack);
  addBuildpackPackageCommand(buildpack);
}
