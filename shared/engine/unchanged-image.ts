import type { Digest, Store } from '@dema/store';
import { findWhole } from './analyze.ts';
import { findBuildCache } from './build-cache.ts';
import type { BuiltImage, ImageRequest } from './build-image.ts';
import { keptLayersKey } from './kept-layers.ts';

/** What a build of these inputs made; another one of them would make the same. */
interface Made extends Omit<BuiltImage, 'reference' | 'image'> {
  inputs: Digest;
}

const KIND = 'made-images';

/** The image that a build of the same inputs made, where it still stands under its name; tells of it. */
export async function findUnchanged(
  { store, images, reference, clearCache, onEvent }: ImageRequest,
  inputs: Digest | undefined,
): Promise<BuiltImage | undefined> {
  if (inputs === undefined || clearCache) return undefined;
  const known = await store.readRecord(KIND, reference);
  if (!isOf(known, inputs)) return undefined;
  const { stored } = await findWhole(images, reference);
  if (stored?.digest !== known.digest) return undefined;
  await markUsed(store, reference);
  const { inputs: _, ...made } = known;
  onEvent({ type: 'image-unchanged', reference, digest: made.digest });
  return { ...made, reference, image: stored.image };
}

export async function noteMade(store: Store, { reference, image: _, ...made }: BuiltImage, inputs: Digest) {
  await store.writeRecord(KIND, reference, { ...made, inputs } satisfies Made);
}

/** The program is one of the inputs: what it wrote itself is of the shape that it reads. */
function isOf(record: unknown, inputs: Digest): record is Made {
  return typeof record === 'object' && record !== null && 'inputs' in record && record.inputs === inputs;
}

/** The build after the next change needs what is kept, which is not to be collected meanwhile. */
async function markUsed(store: Store, reference: string): Promise<void> {
  const { buildpacks = [] } = (await findBuildCache(store, reference)) ?? {};
  await Promise.all(buildpacks.map(({ layers }) => store.findTree(keptLayersKey(layers))));
}
