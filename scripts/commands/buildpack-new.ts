import { resolve } from 'node:path';
import type { Command } from 'commander';
import { nextSteps, parseBuildpackName, writeNewBuildpack } from '../new-buildpack.ts';
import { ownName } from '../own-name.ts';

export function addBuildpackNewCommand(buildpack: Command): void {
  buildpack
    .command('new')
    .description('Write the source of a buildpack: a setting, a layer, a sample app, a test.')
    .argument('<name>', 'id of the buildpack, such as acme/rust')
    .argument('[folder]', 'where to write it (default: a folder with the last part of the name)')
    .action(async (name: string, folder: string | undefined) => {
      const named = parseBuildpackName(name);
      const target = folder ?? named.short;
      for (const file of await writeNewBuildpack(named, resolve(target))) process.stdout.write(`${target}/${file}\n`);
      process.stderr.write(nextSteps(target, ownName(process.env)));
    });
}
