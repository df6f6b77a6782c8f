import type { Digest, Store } from '@dema/store';
import { findWhole } from './analyze.ts';
import { findBuildCache } from './build-cache.ts';
import type { BuiltImage, ImageRequest } from './build-image.ts';
import { keptLayersKey } from './kept-layers.ts';

/** What a build of these inputs made; another one of them would make the same. */
interface Made extends Omit<BuiltImage, 'reference' | 'image'> {
  inputs: Digest;
  /** Keys of the trees in which layers are kept for the next build. */
  kept: string[];
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
  const { inputs: _, kept, ...made } = known;
  // The build after the next change needs them: they are not to be collected meanwhile as things that nobody uses.
  await Promise.all(kept.map((key) => store.findTree(key)));
  onEvent({ type: 'image-unchanged', reference, digest: made.digest });
  return { ...made, reference, image: stored.image };
}

export async function noteMade(store: Store, { reference, image: _, ...made }: BuiltImage, inputs: Digest) {
  const { buildpacks = [] } = (await findBuildCache(store, reference)) ?? {};
  const kept = buildpacks.map(({ layers }) => keptLayersKey(layers));
  await store.writeRecord(KIND, reference, { ...made, inputs, kept } satisfies Made);
}

/** The program is one of the inputs: what it wrote itself is of the shape that it reads. */
function isOf(record: unknown, inputs: Digest): record is Made {
  return typeof record === 'object' && record !== null && 'inputs' in record && record.inputs === inputs;
}
