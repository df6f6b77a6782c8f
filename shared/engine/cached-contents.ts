import type { Digest, Store } from '@dema/store';
import type { BuildCache } from './build-cache.ts';
import type { LayerOwner } from './buildpack-layers.ts';
import { findDamagedLayers } from './check-kept-layers.ts';
import { keptLayersKey } from './kept-layers.ts';

/** Where the contents of a buildpack's cached layers lie, a folder for each, and which of them are not what they were. */
export interface CachedContents {
  path: string;
  damaged: ReadonlySet<string>;
}

/** By the id of the buildpack; those whose contents are no longer in the store are not among them. */
export async function findCachedContents(
  store: Store,
  { buildpacks, owner }: BuildCache,
  builderOwner: LayerOwner,
): Promise<Map<string, CachedContents>> {
  const found = new Map<string, CachedContents>();
  for (const { key: id, layers } of buildpacks) {
    const key = keptLayersKey(layers);
    const path = Object.keys(layers).length > 0 ? await store.findTree(key) : undefined;
    if (path === undefined) continue;
    const shas = Object.fromEntries(Object.entries(layers).map(([name, { sha }]): [string, Digest] => [name, sha]));
    const damaged = await findDamagedLayers(store, { key, path, id, shas, owner: owner ?? builderOwner });
    found.set(id, { path, damaged });
  }
  return found;
}
