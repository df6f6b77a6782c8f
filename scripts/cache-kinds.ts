import { listEntries, type StoredEntry } from '@dema/store';
import type { Workplace } from './workplace.ts';

export interface CacheKind {
  kind: string;
  entries: number;
  /** Bytes on the disk. */
  size: number;
  /** RFC 3339; of the entries of this kind. */
  firstUsed: string;
  lastUsed: string;
}

/** What the trees of a cache are, by the beginning of their keys. */
const TREES: readonly (readonly [string, string])[] = [
  ['sha256-', 'unpacked layers'],
  ['image-', 'unpacked images'],
  ['layers-', 'layers that builds keep'],
  ['buildpack-', 'packaged buildpacks'],
  ['inline-', 'packaged buildpacks'],
  ['bubblewrap-', 'programs of dema'],
  ['helper-runtime-', 'programs of dema'],
];

/** What the cache holds, by kind, the largest first. */
export async function listCacheKinds({
  store,
  downloads,
}: Pick<Workplace, 'store' | 'downloads'>): Promise<CacheKind[]> {
  const kept = (await listEntries(store.root)).map((entry) => ({ ...entry, what: kindOf(entry) }));
  const downloaded = (await listEntries(downloads.root)).map((entry) => ({ ...entry, what: 'downloads' }));
  const byKind = Map.groupBy([...kept, ...downloaded], ({ what }) => what);
  return [...byKind].map(([kind, entries]) => summarize(kind, entries)).sort((one, other) => other.size - one.size);
}

function kindOf({ kind, name }: StoredEntry): string {
  if (kind === 'blob') return 'layers and images';
  if (kind === 'record') return 'notes';
  return TREES.find(([prefix]) => name.startsWith(prefix))?.[1] ?? 'other folders';
}

function summarize(kind: string, entries: StoredEntry[]): CacheKind {
  const times = entries.map(({ usedAt }) => usedAt).sort((one, other) => one - other);
  const at = (time = 0) => new Date(time).toISOString();
  const size = Math.round(entries.reduce((sum, entry) => sum + entry.size, 0));
  return { kind, entries: entries.length, size, firstUsed: at(times[0]), lastUsed: at(times.at(-1)) };
}
