import { isFault } from '@dema/errors';
import { type Collected, collectStores } from '@dema/store';
import { determineCacheLimits, type LimitOptions } from './cache-limits.ts';
import type { Workplace } from './workplace.ts';

/** How often what nobody uses is looked for at the end of a build. */
const EVERY_MS = 6 * 60 * 60 * 1000;
const KIND = 'collections';

type Stores = Pick<Workplace, 'store' | 'downloads'>;

/** Removes from the cache what was not used for long, until it holds no more than it may. */
export function collectCache({ store, downloads }: Stores, options: LimitOptions): Promise<Collected> {
  return collectStores([store.root, downloads.root], determineCacheLimits(options, process.env));
}

/** The same for the end of a build: seldom, and never a reason for it to fail. Undefined when it was not due. */
export async function collectCacheWhenDue(stores: Stores): Promise<Collected | undefined> {
  const last = await stores.store.readRecord(KIND, 'last');
  if (typeof last === 'number' && Math.abs(Date.now() - last) < EVERY_MS) return undefined;
  try {
    await stores.store.writeRecord(KIND, 'last', Date.now());
    return await collectCache(stores, {});
  } catch (error) {
    if (isFault(error) && error.code.startsWith('STORE_')) return undefined;
    throw error;
  }
}
