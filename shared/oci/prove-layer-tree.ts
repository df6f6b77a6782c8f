import { findTreeDifference, readTar } from '@dema/archive';
import { isFault } from '@dema/errors';
import type { Digest, Store, TreeProof } from '@dema/store';
import type { ImageStore } from './image-store.ts';
import { findLayer, type Layer, treeKey } from './layer.ts';

/** Holds an unpacked layer against its archive, which may be in the store or belong to one of the images. */
export async function createLayerTreeProof(store: Store, images: ImageStore): Promise<TreeProof> {
  const layers = await readLayers(images);
  return async (key, path) => {
    const diffId: Digest = `sha256:${key.replace('sha256-', '')}`;
    if (treeKey(diffId) !== key) return 'unknown';
    const layer = (await findLayer(store, diffId)) ?? layers.get(diffId);
    if (layer === undefined) return 'unknown';
    try {
      const problem = await findTreeDifference(readTar(layer.read()), path);
      return problem === undefined ? 'right' : { problem };
    } catch (error) {
      if (isFault(error)) return 'unknown';
      throw error;
    }
  };
}

/** Of images that cannot be read nothing can be said. */
async function readLayers(images: ImageStore): Promise<Map<string, Layer>> {
  const layers = new Map<string, Layer>();
  for (const { reference } of await images.list()) {
    const found = await images.find(reference).catch(() => undefined);
    for (const layer of found?.image.layers ?? []) layers.set(layer.diffId, layer);
  }
  return layers;
}
