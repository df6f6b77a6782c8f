import { type Digest, isDigest, type Store } from '@dema/store';
import { type Descriptor, MEDIA_TYPES } from './descriptor.ts';
import { blobMissing, invalidImage } from './faults.ts';
import type { Image } from './image.ts';
import type { ImageConfig } from './image-config.ts';
import { type Layer, storedLayer } from './layer.ts';
import { noteOriginal } from './original.ts';
import { parseImageConfig } from './parse-image-config.ts';
import { parseObject } from './parse-object.ts';
import { readDescription } from './read-description.ts';

export interface ReadImageOptions {
  /** The store that keeps layers unpacked; the same one without it. */
  trees?: Store;
}

/**
 * The image of a manifest, OCI or Docker, that is in the store with its configuration. Layers are looked for when they are read.
 */
export async function readImage(
  store: Store,
  manifest: Digest,
  { trees = store }: ReadImageOptions = {},
): Promise<Image> {
  const content = await readBlob(store, manifest);
  const { config } = parseManifest(content, manifest);
  const described = { manifest: content, digest: manifest, config: await readBlob(store, config.digest) };
  return parseImage(described, (known, diffId) => storedLayer({ blobs: store, trees, diffId, known }));
}

/** Manifest, with its digest, and configuration as they were read and verified. */
export interface DescribedImage {
  manifest: Uint8Array;
  digest: Digest;
  config: Uint8Array;
}

/** The image that manifest and configuration describe. Fault: OCI_IMAGE_INVALID. */
export function parseImage(
  { manifest, digest, config: configContent }: DescribedImage,
  layerOf: (known: Descriptor, diffId: Digest) => Layer,
): Image {
  const parsed = parseManifest(manifest, digest);
  const config = parseConfig(configContent, parsed.config.digest, parsed.layers.length);
  const layers = parsed.layers.map((known, index) => layerOf(known, config.rootfs.diff_ids[index] ?? known.digest));
  const format = parsed.mediaType === MEDIA_TYPES.dockerManifest ? 'docker' : 'oci';
  const image: Image = { config, layers, format, ...(parsed.annotations && { annotations: parsed.annotations }) };
  return noteOriginal(image, { manifest, config: configContent });
}

export interface Manifest {
  mediaType?: string;
  config: Descriptor;
  layers: Descriptor[];
  annotations?: Record<string, string>;
}

/** Faults: OCI_IMAGE_INVALID for anything but the manifest of one image. */
export function parseManifest(content: Uint8Array, digest: Digest): Manifest {
  const parsed = parseObject(content, digest) as Partial<Manifest> & { manifests?: unknown };
  if (parsed.manifests) throw invalidImage(digest, 'it is an index of several images');
  const { config, layers } = parsed;
  if (!config || !Array.isArray(layers)) throw invalidImage(digest, 'it names no configuration or no layers');
  for (const one of [config, ...layers]) {
    if (!isDigest(one?.digest) || !Number.isSafeInteger(one.size) || typeof one.mediaType !== 'string')
      throw invalidImage(digest, 'it has a broken descriptor');
  }
  return parsed as Manifest;
}

/** Faults: OCI_IMAGE_INVALID for anything but the configuration of an image of so many layers. */
export function parseConfig(content: Uint8Array, digest: Digest, layers: number): ImageConfig {
  const config = parseImageConfig(content, digest);
  if (config.rootfs.diff_ids.length === layers) return config;
  throw invalidImage(digest, 'its diffIDs are not those of the layers');
}

/** Of a description of an image. Faults: OCI_BLOB_MISSING, OCI_IMAGE_INVALID. */
export async function readBlob(store: Pick<Store, 'blobPath'>, digest: Digest): Promise<Buffer> {
  const content = await readDescription(store.blobPath(digest)).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? blobMissing(digest) : error;
  });
  if (content === undefined) throw invalidImage(digest, 'it is too large');
  return content;
}
