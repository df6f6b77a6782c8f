import type { Digest, Store } from '@dema/store';
import type { Descriptor } from './descriptor.ts';
import type { Image } from './image.ts';
import { renderImage } from './manifest.ts';

/** Writes manifest and configuration into the store as blobs; the layers are there already. */
export async function writeImage(store: Store, image: Image): Promise<{ manifest: Descriptor; configDigest: Digest }> {
  const { manifest, descriptor, config, configDescriptor } = await renderImage(image);
  await putBytes(store, config, configDescriptor.digest);
  await putBytes(store, manifest, descriptor.digest);
  return { manifest: descriptor, configDigest: configDescriptor.digest };
}

export async function putBytes(store: Store, content: Uint8Array, digest: Digest): Promise<void> {
  if (await store.hasBlob(digest)) return;
  await store.putBlob(
    (async function* () {
      yield content;
    })(),
    digest,
  );
}
