import { join } from 'node:path';
import { isFault } from '@dema/errors';
import type { Store, TreeProof } from '@dema/store';
import { type BuildCache, readBuildCaches } from './build-cache.ts';
import { buildpackLayerEntries } from './buildpack-layers.ts';
import { keptLayersKey } from './kept-layers.ts';
import { hashLayer } from './layer-of-entries.ts';

type Kept = BuildCache['buildpacks'][number] & { owner: NonNullable<BuildCache['owner']> };

/** Holds kept layers against the digests that the builds that left them noted. */
export async function createKeptLayersProof(store: Store): Promise<TreeProof> {
  const known = new Map<string, Kept>();
  for (const { owner, buildpacks } of await readBuildCaches(store)) {
    for (const one of buildpacks) if (owner) known.set(keptLayersKey(one.layers), { ...one, owner });
  }
  return async (key, path) => {
    const kept = known.get(key);
    if (kept === undefined) return 'unknown';
    for (const [name, { sha }] of Object.entries(kept.layers)) {
      const entries = buildpackLayerEntries({ path: join(path, name), id: kept.key, name, owner: kept.owner });
      const found = await hashLayer(entries).catch((error) => {
        if (isFault(error, 'OCI_FOLDER_UNREADABLE')) return 'that cannot be read';
        throw error;
      });
      if (found !== sha) return { problem: `its layer ${name} of ${kept.key} has the digest ${found}, not ${sha}` };
    }
    return 'right';
  };
}
