import { determineStoreRoot, removeFolder } from '@dema/store';
import type { Command } from 'commander';

export function addCacheCommand(program: Command): void {
  const cache = program.command('cache').description('Look after what is kept between builds.');
  cache
    .command('clear')
    .description('Remove downloads, base images and cached layers. Images stay.')
    .action(async () => {
      const root = determineStoreRoot(process.env);
      await removeFolder(root);
      process.stderr.write(`removed ${root}\n`);
    });
}
