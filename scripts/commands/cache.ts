import { clearStore, determineStoreRoot } from '@dema/store';
import type { Command } from 'commander';
import { describeVerifiedCache, hasBroken } from '../describe-verified-cache.ts';
import { verifyCache } from '../verify-cache.ts';
import { openWorkplace } from '../workplace.ts';

/** Beside what every store has: verified downloads, and what Node.js compiled. */
const FOLDERS = ['downloads', 'compiled'];

export function addCacheCommand(program: Command): void {
  const cache = program.command('cache').description('Look after what is kept between builds.');
  cache
    .command('verify')
    .description('Read all that is kept, images too, and remove what is broken; ends with 1 when something was.')
    .option('--json', 'print what was found as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const verified = await verifyCache(await openWorkplace(process.env));
      const { lines, summary } = describeVerifiedCache(verified);
      process.stdout.write(json ? `${JSON.stringify(verified)}\n` : lines.map((line) => `${line}\n`).join(''));
      process.stderr.write(`${summary}\n`);
      if (hasBroken(verified)) process.exitCode = 1;
    });
  cache
    .command('clear')
    .description('Remove downloads, base images and cached layers. Images stay.')
    .action(async () => {
      const root = determineStoreRoot(process.env);
      await clearStore(root, FOLDERS);
      process.stderr.write(`cleared ${root}\n`);
    });
}
