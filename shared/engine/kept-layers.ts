import { createHash } from 'node:crypto';
import { chmod, link, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, moveFolder, type Store } from '@dema/store';
import { noteKeptLayers } from './check-kept-layers.ts';
import type { LayerMetadata } from './lifecycle-metadata.ts';

/** What one build leaves of a layer, or a layer that it left as it was (`isKept`), for the next. */
export interface LayerToKeep {
  name: string;
  sha: Digest;
  path: string;
  isKept: boolean;
}

type Shas = Record<string, Pick<LayerMetadata, 'sha'>>;

/**
 * Moves what a build made into the store: one folder for all cached layers of a buildpack, named by what is in it, so that a
 * build can see it through an overlay instead of copying it. What the build left alone is there already and gets another name by hard links.
 */
export async function keepLayers(store: Store, layers: LayerToKeep[]): Promise<void> {
  const key = keptLayersKey(Object.fromEntries(layers.map(({ name, sha }) => [name, { sha }])));
  if (await store.findTree(key)) return;
  const fill = async (dir: string) => {
    for (const { name, path, isKept } of layers) {
      if (isKept) await linkFolder(path, join(dir, name));
      else await moveFolder(path, join(dir, name));
    }
  };
  const path = await store.putTree(key, fill, { isProvable: true });
  await noteKeptLayers(
    store,
    key,
    path,
    layers.map(({ name }) => name),
  );
}

/** The key of the tree with the contents of these layers. */
export function keptLayersKey(layers: Shas): string {
  const content = Object.entries(layers).map(([name, { sha }]) => [name, sha]);
  return `layers-${createHash('sha256').update(JSON.stringify(content.sort())).digest('hex')}`;
}

async function linkFolder(from: string, to: string): Promise<void> {
  const { mode } = await lstat(from);
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkFolder(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await link(source, target);
  }
  await chmod(to, mode & 0o7777);
}
