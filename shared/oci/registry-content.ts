import { createReadStream } from 'node:fs';
import type { Digest, Store } from '@dema/store';
import type { Descriptor } from './descriptor.ts';
import { registryLacks } from './faults.ts';
import { fetchIntoStore } from './fetch-into-store.ts';
import { isIndexContent, manifestsOf } from './image-index.ts';
import { asBlob, type LayoutBlob, uniqueBlobs } from './layout-files.ts';
import { openPull } from './open-pull.ts';
import { parseObject } from './parse-object.ts';
import type { PushContent } from './push-image.ts';
import { parseManifest } from './read-image.ts';
import { type FetchedManifest, readManifest } from './read-manifest.ts';
import type { RegistryOptions } from './registry.ts';
import { type RegistryName, renderRegistryName } from './registry-name.ts';

type Manifests = Pick<PushContent, 'manifests' | 'blobs'>;

/**
 * All that a registry has under a name, to be sent on as it is, also what of an index is no image. Manifests are read, blobs are
 * fetched into the store when they are. Undefined when it has nothing. Faults: OCI_REGISTRY_*, OCI_IMAGE_INVALID, FETCH_*.
 */
export async function readRegistryContent(
  store: Store,
  name: RegistryName,
  options: RegistryOptions,
): Promise<PushContent | undefined> {
  const pull = openPull(name, options);
  const entries = new Map<Digest, Promise<Manifests>>();
  const read = (reference: string) => pull((registry) => readManifest(registry, reference));
  const top = await read(name.reference);
  if (top === undefined) return undefined;
  const { manifests, blobs } = await readNamed(top);
  const first = asManifest(top);
  return { descriptor: first, manifests: [first, ...manifests], blobs };

  /** Each manifest behind all that it names. */
  async function readNamed({ content, digest }: FetchedManifest): Promise<Manifests> {
    if (!isIndexContent(content, digest)) {
      const { config, layers } = parseManifest(content, digest);
      return { manifests: [], blobs: uniqueBlobs([config, ...layers].map(asFetched)) };
    }
    const digests = new Set(manifestsOf(parseObject(content, digest)).map((entry) => entry.digest));
    const found = await Promise.all([...digests].map(readOnce));
    return {
      manifests: uniqueBlobs(found.flatMap((one) => one.manifests)),
      blobs: uniqueBlobs(found.flatMap((one) => one.blobs)),
    };
  }

  /** A few indexes inside of each other could name the same thing a million times. */
  function readOnce(digest: Digest): Promise<Manifests> {
    const known = entries.get(digest) ?? readEntry(digest);
    entries.set(digest, known);
    return known;
  }

  async function readEntry(digest: Digest): Promise<Manifests> {
    const entry = await read(digest);
    if (entry === undefined) throw registryLacks(renderRegistryName(name), digest);
    const { manifests, blobs } = await readNamed(entry);
    return { manifests: [...manifests, asManifest(entry)], blobs };
  }

  function asFetched(blob: Descriptor): LayoutBlob {
    return {
      ...blob,
      async *read() {
        await fetchIntoStore(store, name, blob, pull);
        yield* createReadStream(store.blobPath(blob.digest));
      },
    };
  }
}

function asManifest({ content, digest, mediaType }: FetchedManifest): LayoutBlob {
  return asBlob({ mediaType, digest, size: content.length }, content);
}
