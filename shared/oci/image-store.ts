import { link, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, openStore, type Store } from '@dema/store';
import type { Descriptor } from './descriptor.ts';
import { imageIncomplete } from './faults.ts';
import type { Image } from './image.ts';
import { type ImageNames, type NamedImage, openImageNames } from './image-names.ts';
import type { Layer } from './layer.ts';
import { type Manifest, parseManifest, readImage } from './read-image.ts';
import { parseReference } from './reference.ts';
import { writeImage } from './write-image.ts';

export interface ImageListing {
  reference: string;
  /** Of the manifest. */
  digest: Digest;
  /** Bytes of all layers, compressed. */
  size: number;
  created?: string;
}

export interface StoredImage extends ImageListing {
  manifest: Descriptor;
  /** Its layers are read from the image store; only unpacked trees are in the cache. */
  image: Image;
}

/** Images by name, with their own blobs. For several processes at once. References are as `parseReference` takes them. */
export interface ImageStore {
  root: string;
  blobPath(digest: Digest): string;
  /** Gives the image this name; what had it before is given up. */
  put(reference: string, image: Image): Promise<Descriptor>;
  /** Faults: OCI_IMAGE_INCOMPLETE, OCI_BLOB_MISSING when blobs are gone. */
  find(reference: string): Promise<StoredImage | undefined>;
  /** In the order of their names. */
  list(): Promise<ImageListing[]>;
  /** Takes the name away, and the blobs that no other image needs; false when nothing had that name. */
  remove(reference: string): Promise<boolean>;
}

/** Opens `root` (`<data folder>/images`). `cache` is the store that images are built in: clearing it harms no image here. */
export async function openImageStore(root: string, cache: Store): Promise<ImageStore> {
  const own = await openStore(root);
  const names = await openImageNames(own);
  const locked = <T>(use: () => Promise<T>) => own.withLock('images', use);
  return {
    root: own.root,
    blobPath: own.blobPath,
    async put(text, image) {
      const reference = parseReference(text);
      // Compressing takes long; others need not wait for it.
      await Promise.all(image.layers.map((layer) => layer.descriptor()));
      return locked(() => putImage({ own, cache, names }, reference, image));
    },
    async find(text) {
      const reference = parseReference(text);
      return locked(async () => {
        const named = await names.find(reference);
        if (!named) return undefined;
        const image = await readImage(own, named.manifest.digest, { trees: cache });
        for (const layer of image.layers) {
          const { digest } = await layer.descriptor();
          if (!(await own.hasBlob(digest))) throw imageIncomplete(reference, digest);
        }
        return { ...asListing(named), manifest: named.manifest, image };
      });
    },
    async list() {
      const all = (await names.list()).map(asListing);
      return all.sort((left, right) => (left.reference < right.reference ? -1 : 1));
    },
    async remove(text) {
      const reference = parseReference(text);
      return locked(async () => {
        if (!(await names.find(reference))) return false;
        await names.remove(reference);
        await collectBlobs(own, await names.list());
        return true;
      });
    },
  };
}

interface Stores {
  own: Store;
  cache: Store;
  names: ImageNames;
}

/** The name is written last: until then nobody sees the image, and what is left of a try is collected with the next name that goes. */
async function putImage({ own, cache, names }: Stores, reference: string, image: Image): Promise<Descriptor> {
  for (const layer of image.layers) await takeLayer(own, cache, layer);
  const { manifest } = await writeImage(own, image);
  const { layers } = await readManifest(own, manifest.digest);
  const size = layers.reduce((sum, one) => sum + one.size, 0);
  const before = await names.find(reference);
  await names.write({ reference, manifest, size, created: image.config.created });
  if (before && before.manifest.digest !== manifest.digest) await collectBlobs(own, await names.list());
  return manifest;
}

/** A hard link where the file systems allow it; blobs in a store are verified and never changed. */
async function takeLayer(own: Store, cache: Store, layer: Layer): Promise<void> {
  const { digest } = await layer.descriptor();
  if (await own.hasBlob(digest)) return;
  try {
    await link(cache.blobPath(digest), own.blobPath(digest));
  } catch {
    await own.putBlob(layer.readBlob(), digest);
  }
}

/** Removes the blobs that no image needs. An image whose manifest is lost needs none. */
async function collectBlobs(own: Store, all: readonly NamedImage[]): Promise<void> {
  const needed = new Set<string>();
  for (const { manifest } of all) {
    const read = await readManifest(own, manifest.digest).catch(() => undefined);
    for (const one of read ? [manifest, read.config, ...read.layers] : []) needed.add(one.digest);
  }
  const folder = join(own.root, 'blobs', 'sha256');
  for (const hex of await readdir(folder)) {
    if (!needed.has(`sha256:${hex}`)) await rm(join(folder, hex), { force: true });
  }
}

async function readManifest(own: Store, digest: Digest): Promise<Manifest> {
  return parseManifest(await readFile(own.blobPath(digest)), digest);
}

function asListing({ reference, manifest, size, created }: NamedImage): ImageListing {
  return { reference, digest: manifest.digest, size, ...(created && { created }) };
}
