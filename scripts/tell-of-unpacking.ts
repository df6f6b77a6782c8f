import { findImageTree, type Image } from '@dema/oci';
import type { Store } from '@dema/store';
import type { Preparation } from './report-preparation.ts';

/** Reads an image whose file system is unpacked by that, and tells of it where it takes its time. */
export async function tellOfUnpacking<T>(
  store: Store,
  { image, name, preparation }: { image: Image; name: string; preparation?: Preparation },
  read: () => Promise<T>,
): Promise<T> {
  if (await findImageTree(store, image.layers)) return read();
  const sizes = await Promise.all(image.layers.map(async (layer) => (await layer.descriptor()).size));
  const size = sizes.reduce((sum, one) => sum + one, 0);
  preparation?.onBuilderImage({ type: 'builder-image-start', image: name, layers: sizes.length, size });
  const result = await read();
  preparation?.onBuilderImage({ type: 'builder-image-end', image: name });
  return result;
}
