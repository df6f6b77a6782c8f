import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openBuildpack } from '../packaged-buildpacks.ts';
import { withStop } from '../stop.ts';
import { runBuildpackTests } from '../test-buildpack.ts';
import { openWorkplace } from '../workplace.ts';

export function addBuildpackTestCommand(buildpack: Command): void {
  buildpack
    .command('test')
    .description('Package the source of a buildpack, and run its tests (*.test.ts): no network, no images.')
    .argument('[folder]', 'source of the buildpack (default: this folder)')
    .action(async (folder: string | undefined) => {
      const source = resolve(folder ?? '.');
      const { store } = await openWorkplace(process.env);
      await openBuildpack(store, source);
      process.exitCode = await withStop((signal) => runBuildpackTests(source, signal));
    });
}
