import { clearStore, determineStoreRoot } from '@dema/store';
import type { Command } from 'commander';

/** Beside what every store has: verified downloads, and what Node.js compiled. */
const FOLDERS = ['downloads', 'compiled'];

export function addCacheCommand(program: Command): void {
  const cache = program.command('cache').description('Look after what is kept between builds.');
  cache
    .command('clear')
    .description('Remove downloads, base images and cached layers. Images stay.')
    .action(async () => {
      const root = determineStoreRoot(process.env);
      await clearStore(root, FOLDERS);
      process.stderr.write(`cleared ${root}\n`);
    });
}
