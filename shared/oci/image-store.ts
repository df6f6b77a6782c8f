import { link, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, openStore, type Store } from '@dema/store';
import type { Descriptor } from './descriptor.ts';
import { imageIncomplete } from './faults.ts';
import type { NamedContent } from './find-content.ts';
import type { Image } from './image.ts';
import { chooseImage, type ImageOrIndex, isIndex, isIndexContent, parseIndex } from './image-index.ts';
import { type ImageNames, type NamedImage, openImageNames } from './image-names.ts';
import { type LayoutBlob, type LayoutFiles, makeLayoutFiles } from './layout-files.ts';
import { listBlobs } from './list-blobs.ts';
import { readBlob, readImage } from './read-image.ts';
import { parseReference } from './reference.ts';

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
  /** Of an index the one for this kind of machine. Its layers are read from the image store; only unpacked trees are in the cache. */
  image: Image;
}

/** Images by name, with their own blobs. For several processes at once. References are as `parseReference` takes them. */
export interface ImageStore {
  root: string;
  blobPath(digest: Digest): string;
  /** Gives the image or the index this name; what had it before is given up. */
  put(reference: string, found: ImageOrIndex): Promise<Descriptor>;
  /** Faults: OCI_IMAGE_INCOMPLETE, OCI_BLOB_MISSING when blobs are gone, OCI_PLATFORM_MISSING. */
  find(reference: string): Promise<StoredImage | undefined>;
  /** The same, with all images of an index, each of which may be incomplete when it is asked for. */
  findImageOrIndex(reference: string): Promise<NamedContent | undefined>;
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
    async put(text, found) {
      const reference = parseReference(text);
      // Compressing takes long; others need not wait for it.
      const files = await makeLayoutFiles(found, {});
      return locked(() => putFiles({ own, cache, names }, reference, files, isIndex(found) ? undefined : found));
    },
    async find(text) {
      const reference = parseReference(text);
      return locked(async () => {
        const named = await names.find(reference);
        if (!named) return undefined;
        const image = await chooseImage(await openContent({ own, cache }, named), reference);
        return { ...asListing(named), manifest: named.manifest, image };
      });
    },
    async findImageOrIndex(text) {
      const reference = parseReference(text);
      return locked(async () => {
        const named = await names.find(reference);
        return named && { found: await openContent({ own, cache }, named), reference };
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
async function putFiles(
  { own, cache, names }: Stores,
  reference: string,
  { descriptor, images, manifests, blobs }: LayoutFiles,
  image: Image | undefined,
): Promise<Descriptor> {
  for (const blob of [...blobs, ...manifests]) await takeBlob(own, cache, blob);
  const size = images.flatMap(({ layers }) => layers).reduce((sum, one) => sum + one.size, 0);
  const before = await names.find(reference);
  await names.write({ reference, manifest: descriptor, size, created: image?.config.created });
  if (before && before.manifest.digest !== descriptor.digest) await collectBlobs(own, await names.list());
  return descriptor;
}

/** A hard link where the file systems allow it; blobs in a store are verified and never changed. */
async function takeBlob(own: Store, cache: Store, { digest, read }: LayoutBlob): Promise<void> {
  if (await own.hasBlob(digest)) return;
  try {
    await link(cache.blobPath(digest), own.blobPath(digest));
  } catch {
    await own.putBlob(read(), digest);
  }
}

async function openContent(
  { own, cache }: Pick<Stores, 'own' | 'cache'>,
  { reference, manifest: { digest } }: NamedImage,
): Promise<ImageOrIndex> {
  const content = await readBlob(own, digest);
  return isIndexContent(content, digest) ? parseIndex(content, digest, (entry) => open(entry.digest)) : open(digest);

  async function open(manifest: Digest): Promise<Image> {
    const image = await readImage(own, manifest, { trees: cache });
    for (const layer of image.layers) {
      const { digest: blob } = await layer.descriptor();
      if (!(await own.hasBlob(blob))) throw imageIncomplete(reference, blob);
    }
    return image;
  }
}

/** Removes the blobs that no image needs. An image whose manifest is lost needs none. */
async function collectBlobs(own: Store, all: readonly NamedImage[]): Promise<void> {
  const needed = new Set<string>();
  for (const { manifest } of all) {
    for (const digest of await listBlobs(own, manifest.digest).catch(() => [])) needed.add(digest);
  }
  const folder = join(own.root, 'blobs', 'sha256');
  for (const hex of await readdir(folder)) {
    if (!needed.has(`sha256:${hex}`)) await rm(join(folder, hex), { force: true });
  }
}

function asListing({ reference, manifest, size, created }: NamedImage): ImageListing {
  return { reference, digest: manifest.digest, size, ...(created && { created }) };
}
