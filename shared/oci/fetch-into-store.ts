import type { Digest, Store } from '@dema/store';
import type { Descriptor } from './descriptor.ts';
import { invalidImage, registryLacks } from './faults.ts';
import { fetchBlob } from './fetch-blob.ts';
import type { Pull } from './open-pull.ts';
import { type RegistryName, renderRegistryName } from './registry-name.ts';

/** A blob of a repository, verified, unless the store has it. Faults: OCI_REGISTRY_*, OCI_IMAGE_INVALID. */
export async function fetchIntoStore(
  store: Store,
  name: RegistryName,
  { digest, size }: Descriptor,
  pull: Pull,
): Promise<void> {
  if (await store.hasBlob(digest)) return;
  await pull(async (registry) => {
    const body = await fetchBlob(registry, digest);
    if (body === undefined) throw registryLacks(renderRegistryName(name), digest);
    return store.putBlob(upTo(size, body, digest), digest);
  });
}

/** A disk may be full before the digest of what has no end tells. */
async function* upTo(size: number, body: AsyncIterable<Uint8Array>, digest: Digest): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > size) throw invalidImage(digest, 'it is larger than its manifest says');
    yield chunk;
  }
}
