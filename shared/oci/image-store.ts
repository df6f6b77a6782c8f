import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, digestOf, isDigest, openStore, type Store } from '@dema/store';
import type { Descriptor } from './descriptor.ts';
import type { Image } from './image.ts';
import type { Layer } from './layer.ts';
import { parseManifest, readImage } from './read-image.ts';
import { parseReference } from './reference.ts';
import { writeImage } from './write-image.ts';

export interface ImageListing {
  reference: string;
  /** Of the manifest. */
  digest: Digest;
  /** Bytes of all that a registry would hold for it. */
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
  find(reference: string): Promise<StoredImage | undefined>;
  /** In the order of their names. */
  list(): Promise<ImageListing[]>;
  /** Takes the name away, and the blobs that no other image needs; false when nothing had that name. */
  remove(reference: string): Promise<boolean>;
}

interface Named {
  reference: string;
  manifest: Descriptor;
  size: number;
  created?: string;
}

/** Opens `root` (`<data folder>/images`). `cache` is the store that images are built in: clearing it harms no image here. */
export async function openImageStore(root: string, cache: Store): Promise<ImageStore> {
  const own = await openStore(root);
  const names = join(own.root, 'references');
  await mkdir(names, { recursive: true });
  const nameFile = (reference: string) => join(names, `${digestOf(reference).slice('sha256:'.length)}.json`);
  const asListing = ({ reference, manifest, size, created }: Named): ImageListing => ({
    reference,
    digest: manifest.digest,
    size,
    ...(created && { created }),
  });

  async function put(text: string, image: Image): Promise<Descriptor> {
    const reference = parseReference(text);
    const layers = await Promise.all(image.layers.map((layer) => layer.descriptor()));
    return own.withLock('images', async () => {
      for (const layer of image.layers) await takeLayer(own, cache, layer);
      const { manifest } = await writeImage(own, image);
      const { config } = parseManifest(await readFile(own.blobPath(manifest.digest)), manifest.digest);
      const size = [manifest, config, ...layers].reduce((sum, one) => sum + one.size, 0);
      const before = await readNamed(nameFile(reference));
      await writeNamed(own, nameFile(reference), { reference, manifest, size, created: image.config.created });
      if (before && before.manifest.digest !== manifest.digest) await collect(own, await readAll(names));
      return manifest;
    });
  }

  return {
    root: own.root,
    blobPath: own.blobPath,
    put,
    async find(text) {
      const file = nameFile(parseReference(text));
      return own.withLock('images', async () => {
        const named = await readNamed(file);
        if (!named) return undefined;
        return {
          ...asListing(named),
          manifest: named.manifest,
          image: await readImage(own, named.manifest.digest, { trees: cache }),
        };
      });
    },
    async list() {
      const all = (await readAll(names)).map(asListing);
      return all.sort((left, right) => (left.reference < right.reference ? -1 : 1));
    },
    async remove(text) {
      const file = nameFile(parseReference(text));
      return own.withLock('images', async () => {
        if (!(await readNamed(file))) return false;
        await rm(file);
        await collect(own, await readAll(names));
        return true;
      });
    },
  };
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

async function writeNamed(own: Store, file: string, named: Named): Promise<void> {
  await own.withTempFolder(async (folder) => {
    const temp = join(folder, 'reference.json');
    await writeFile(temp, JSON.stringify(named));
    await rename(temp, file);
  });
}

async function readNamed(file: string): Promise<Named | undefined> {
  try {
    const named = JSON.parse(await readFile(file, 'utf8')) as Named;
    return isDigest(named.manifest?.digest) ? named : undefined;
  } catch {
    return undefined;
  }
}

async function readAll(folder: string): Promise<Named[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const all = await Promise.all(files.map((name) => readNamed(join(folder, name))));
  return all.filter((named) => named !== undefined);
}

/** Removes the blobs that no image needs. */
async function collect(own: Store, all: readonly Named[]): Promise<void> {
  const needed = new Set<string>();
  for (const { manifest } of all) {
    const { config, layers } = parseManifest(await readFile(own.blobPath(manifest.digest)), manifest.digest);
    for (const { digest } of [manifest, config, ...layers]) needed.add(digest);
  }
  const folder = join(own.root, 'blobs', 'sha256');
  for (const hex of await readdir(folder))
    if (!needed.has(`sha256:${hex}`)) await rm(join(folder, hex), { force: true });
}
