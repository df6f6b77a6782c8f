import { type Digest, digestOf, type Store } from '@dema/store';
import { MEDIA_TYPES } from './descriptor.ts';
import { invalidImage } from './faults.ts';
import { chooseForPlatform, manifestsOf } from './find-manifest.ts';
import type { Image } from './image.ts';
import { type Layer, storedLayer } from './layer.ts';
import { parseObject } from './parse-object.ts';
import { parseImage, parseManifest } from './read-image.ts';
import { openRegistry, type Registry, type RegistryOptions } from './registry.ts';
import type { RegistryName } from './registry-name.ts';

const { manifest, index, dockerManifest, dockerIndex } = MEDIA_TYPES;
const LARGEST_MANIFEST = 8 * 1024 * 1024;

/**
 * The image of a registry, undefined when it has none of that name. Manifest and configuration are read, a layer is fetched into
 * the store when its content is asked for. Everything is verified. Faults: OCI_REGISTRY_*, OCI_IMAGE_INVALID, FETCH_*.
 */
export async function pullImage(
  store: Store,
  name: RegistryName,
  options: RegistryOptions,
): Promise<{ image: Image; digest: Digest } | undefined> {
  return withRegistry(name, options, async (registry) => {
    const found = await readManifest(registry, name.reference);
    if (found === undefined) return undefined;
    const { content: manifest, digest } = found;
    const config = await readConfig(registry, parseManifest(manifest, digest).config.digest);
    const image = parseImage({ manifest, digest, config }, (known, diffId) =>
      fetchedWhenRead(storedLayer({ blobs: store, trees: store, diffId, known }), () => fetchLayer(known.digest)),
    );
    return { image, digest };
  });

  async function fetchLayer(digest: Digest): Promise<void> {
    if (await store.hasBlob(digest)) return;
    await withRegistry(name, options, (registry) => takeBlob(store, registry, digest));
  }
}

async function withRegistry<T>(name: RegistryName, options: RegistryOptions, use: (registry: Registry) => Promise<T>) {
  const registry = await openRegistry(name, options, { actions: 'pull' });
  try {
    return await use(registry);
  } finally {
    await registry.close();
  }
}

async function readManifest(
  registry: Registry,
  reference: string,
): Promise<{ content: Buffer; digest: Digest } | undefined> {
  const answer = await registry.ask({
    method: 'GET',
    path: `manifests/${reference}`,
    headers: { accept: [manifest, dockerManifest, index, dockerIndex].join(', ') },
    expected: [200, 404],
  });
  if (answer.status === 404) {
    answer.discard();
    return undefined;
  }
  const content = await readSmall(answer.body);
  const digest = digestOf(content);
  if (reference.startsWith('sha256:') && digest !== reference)
    throw invalidImage(reference, 'it has other content than its digest says');
  const { mediaType, manifests } = parseObject(content, digest) as { mediaType?: unknown; manifests?: unknown };
  if (!Array.isArray(manifests) || mediaType === manifest) return { content, digest };
  const chosen = chooseForPlatform(manifestsOf({ manifests }));
  if (chosen === undefined) throw invalidImage(digest, 'it has no image for Linux on this kind of machine');
  return readManifest(registry, chosen.digest);
}

async function readSmall(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > LARGEST_MANIFEST) throw invalidImage('The answer of the registry', 'it is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function readConfig(registry: Registry, digest: Digest): Promise<Buffer> {
  const { body } = await registry.ask({ method: 'GET', path: `blobs/${digest}`, expected: [200] });
  const content = await readSmall(body);
  if (digestOf(content) !== digest) throw invalidImage(digest, 'it has other content than its digest says');
  return content;
}

async function takeBlob(store: Store, registry: Registry, digest: Digest): Promise<void> {
  if (await store.hasBlob(digest)) return;
  const { body } = await registry.ask({ method: 'GET', path: `blobs/${digest}`, expected: [200] });
  await store.putBlob(body, digest);
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
