import { readTar, unpackLayers } from '@dema/archive';
import { digestOf, type Store } from '@dema/store';
import { type Layer, verified } from './layer.ts';

/** How many layers are fetched at a time. */
const SIDE_BY_SIDE = 4;

/** What `makeImageTree` made before, if it is still there. */
export async function findImageTree(store: Store, layers: readonly Layer[]): Promise<string | undefined> {
  return store.findTree(keyOf(layers));
}

/**
 * A folder with the file system that the layers are together, made once and shared by all who ask: not to be changed. Each layer
 * is held against its diffID. Faults: OCI_LAYER_*, ARCHIVE_*, and those of fetching.
 */
export async function makeImageTree(store: Store, layers: readonly Layer[]): Promise<string> {
  const key = keyOf(layers);
  const found = await store.findTree(key);
  if (found) return found;
  return store.withLock(`tree-${key}`, async () => {
    const made = await store.findTree(key);
    if (made) return made;
    await fetchLayers(layers);
    const contents = layers.map((layer) => readTar(verified(layer.read(), layer.diffId)));
    return store.putTree(key, (folder) => unpackLayers(contents, folder));
  });
}

function keyOf(layers: readonly Layer[]): string {
  return `image-${digestOf(layers.map(({ diffId }) => diffId).join(' ')).replace(':', '-')}`;
}

/** A layer of a registry is there in whole as soon as its first bytes are asked for. */
async function fetchLayers(layers: readonly Layer[]): Promise<void> {
  const waiting = layers.values();
  const work = async () => {
    for (const layer of waiting) for await (const _ of layer.readBlob()) break;
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
}
