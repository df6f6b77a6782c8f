import { createHash } from 'node:crypto';
import { type TarEntry, writeTar } from '@dema/archive';
import { createLayer, findLayer, type Layer } from '@dema/oci';
import type { Digest, Store } from '@dema/store';

/** Called for each reading of the entries. */
export type Entries = () => AsyncIterable<TarEntry> | Iterable<TarEntry>;

/** Hashes first: an unchanged layer, the usual case, is then known to the store and nothing is written. */
export async function makeLayer(store: Store, entries: Entries): Promise<Layer> {
  const known = await findLayer(store, await hashLayer(entries()));
  return known ?? createLayer(store, entries());
}

export async function hashLayer(entries: AsyncIterable<TarEntry> | Iterable<TarEntry>): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of writeTar(entries)) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}
