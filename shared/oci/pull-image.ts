import { type Digest, digestOf, isDigest, type Store } from '@dema/store';
import { ANY_MANIFEST, type Platform } from './descriptor.ts';
import { invalidImage, registryLacks } from './faults.ts';
import { fetchIntoStore } from './fetch-into-store.ts';
import type { Image } from './image.ts';
import { chooseImage, type ImageOrIndex, isIndexContent, parseIndex } from './image-index.ts';
import { type Layer, storedLayer } from './layer.ts';
import { renderImage } from './manifest.ts';
import { openPull, type Pull } from './open-pull.ts';
import { type DescribedImage, parseImage, parseManifest } from './read-image.ts';
import { type FetchedManifest, readManifest } from './read-manifest.ts';
import { readWhole } from './read-whole.ts';
import type { Registry, RegistryOptions } from './registry.ts';
import { type RegistryName, renderRegistryName } from './registry-name.ts';

/**
 * The image of a registry, undefined when it has none of that name; of an index the one for the platform, or without one for this
 * kind of machine. Else as `pullImageOrIndex`. Faults: OCI_PLATFORM_MISSING and those.
 */
export async function pullImage(
  store: Store,
  name: RegistryName,
  { platform, ...options }: RegistryOptions & { platform?: Platform },
): Promise<{ image: Image; digest: Digest } | undefined> {
  const pulled = await pullImageOrIndex(store, name, options);
  if (pulled === undefined) return undefined;
  const image = await chooseImage(pulled.found, renderRegistryName(name), platform);
  return { image, digest: (await renderImage(image)).descriptor.digest };
}

/**
 * What a registry has under that name, undefined when it has nothing. Manifest and configuration are read, those of an
 * index's images when they are asked for, a layer is fetched into the store when its content is. Everything is verified.
 * Faults: OCI_REGISTRY_*, OCI_IMAGE_INVALID, FETCH_*.
 */
export async function pullImageOrIndex(
  store: Store,
  name: RegistryName,
  options: RegistryOptions,
): Promise<{ found: ImageOrIndex; digest: Digest } | undefined> {
  const text = renderRegistryName(name);
  const pull = openPull(name, options);
  return pull(async (registry) => {
    const top = await readManifest(registry, name.reference);
    if (top === undefined) return undefined;
    const { content, digest } = top;
    if (!isIndexContent(content, digest)) return { found: await openImage(registry, top), digest };
    return { found: parseIndex(content, digest, (entry) => pullEntry(entry.digest)), digest };
  });

  async function pullEntry(digest: Digest): Promise<Image> {
    const image = await pull(async (registry) => {
      const manifest = await readManifest(registry, digest);
      return manifest && openImage(registry, manifest);
    });
    if (image === undefined) throw registryLacks(text, digest);
    return image;
  }

  async function openImage(registry: Registry, { content: manifest, digest }: FetchedManifest): Promise<Image> {
    const config = await readConfig(parseManifest(manifest, digest).config.digest, registry);
    return openDescribed(store, name, { manifest, digest, config }, pull);
  }

  async function readConfig(digest: Digest, registry: Registry): Promise<Buffer> {
    const content = await readWhole(registry, `blobs/${digest}`);
    if (content === undefined) throw registryLacks(text, digest);
    if (digestOf(content) !== digest) throw invalidImage(digest, 'it has other content than its digest says');
    return content;
  }
}

/** The image of a repository whose manifest and configuration are known. @param pull fetches its layers */
export function openDescribed(store: Store, name: RegistryName, described: DescribedImage, pull: Pull): Image {
  return parseImage(described, (known, diffId) =>
    fetchedWhenRead(storedLayer({ blobs: store, trees: store, diffId, known }), () =>
      fetchIntoStore(store, name, known, pull),
    ),
  );
}

/** The digest that a registry has for a name, where it says so without sending what has it. */
export async function findRemoteDigest(name: RegistryName, options: RegistryOptions): Promise<Digest | undefined> {
  return openPull(
    name,
    options,
  )(async (registry) => {
    const path = `manifests/${name.reference}`;
    const { headers, discard } = await registry.ask({
      method: 'HEAD',
      path,
      headers: { accept: ANY_MANIFEST },
      expected: [200, 404],
    });
    discard();
    const digest = headers['docker-content-digest'];
    return isDigest(digest) ? digest : undefined;
  });
}

function fetchedWhenRead(layer: Layer, fetch: () => Promise<void>): Layer {
  async function* after(read: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    await fetch();
    yield* read();
  }
  return {
    ...layer,
    read: () => after(layer.read),
    readBlob: () => after(layer.readBlob),
    async tree() {
      await fetch();
      return layer.tree();
    },
  };
}
