import { clearStore, determineStoreRoot } from '@dema/store';
import type { Command } from 'commander';
import { listCacheKinds } from '../cache-kinds.ts';
import type { LimitOptions } from '../cache-limits.ts';
import { collectCache } from '../collect-cache.ts';
import { describeCacheKinds, describeCollected } from '../describe-cache.ts';
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
      if (!json) process.stderr.write(`${summary}\n`);
      if (hasBroken(verified)) process.exitCode = 1;
    });
  cache
    .command('list')
    .description('Say what is kept, how much of it, and when it was last used.')
    .option('--json', 'print it as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { store, downloads } = await openWorkplace(process.env);
      const kinds = await listCacheKinds({ store, downloads });
      if (json) process.stdout.write(`${JSON.stringify({ root: store.root, kinds })}\n`);
      else for (const line of describeCacheKinds(kinds)) process.stdout.write(`${line}\n`);
    });
  cache
    .command('prune')
    .description('Remove what was not used for long; never what a running build uses.')
    .option('--max-size <size>', 'what may stay: 500MB, 5GB, none (default: DEMA_CACHE_MAX_SIZE, or 10GB)')
    .option('--max-age <age>', 'how long what nobody uses stays: 12h, 30d, none (default: DEMA_CACHE_MAX_AGE, or 30d)')
    .option('--json', 'print what was removed as JSON')
    .action(async ({ json, ...limits }: LimitOptions & { json?: boolean }) => {
      const collected = await collectCache(await openWorkplace(process.env), limits);
      if (json) process.stdout.write(`${JSON.stringify(collected)}\n`);
      else process.stderr.write(`${describeCollected(collected)}\n`);
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
