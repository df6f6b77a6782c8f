import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { decompress, gzip, type TarEntry, unpackTar, writeTar } from '@dema/archive';
import { type Digest, isDigest, type Store } from '@dema/store';
import { type Descriptor, MEDIA_TYPES } from './descriptor.ts';
import { layerDiffers, layerMissing } from './faults.ts';

/** One layer of an image: a tar archive, named by the digest of its plain bytes. */
export interface Layer {
  readonly diffId: Digest;
  /** Goes into the image's history. */
  readonly createdBy?: string;
  /** The blob by which manifests name the layer. A layer made here is compressed for it at the first call, once in its life. */
  descriptor(): Promise<Descriptor>;
  /** The plain tar. */
  read(): AsyncIterable<Uint8Array>;
  /** The blob that `descriptor` names. */
  readBlob(): AsyncIterable<Uint8Array>;
  /** A folder with the layer unpacked, made once and shared by all who ask: not to be changed. Whiteouts are the files that they are in the tar. */
  tree(): Promise<string>;
}

export interface LayerOptions {
  createdBy?: string;
  /** `tar`: the plain tar stays until the descriptor is asked for, so a layer that no image needs is never compressed. `compressed`: at once. */
  keep?: 'tar' | 'compressed';
}

/** Writes a layer into the store. Of one that the store has compressed already nothing is kept twice. */
export async function createLayer(
  store: Store,
  entries: AsyncIterable<TarEntry> | Iterable<TarEntry>,
  { createdBy, keep = 'tar' }: LayerOptions = {},
): Promise<Layer> {
  const { digest: diffId, path } = await store.putBlob(writeTar(entries));
  const layer = storedLayer({ trees: store, blobs: store, diffId, createdBy });
  if (await findCompressed(store, diffId)) await rm(path, { force: true });
  else if (keep === 'compressed') await layer.descriptor();
  return layer;
}

/** A layer that was written before, if the store still has it. */
export async function findLayer(
  store: Store,
  diffId: Digest,
  { createdBy }: { createdBy?: string } = {},
): Promise<Layer | undefined> {
  const found = (await findCompressed(store, diffId)) !== undefined || (await store.hasBlob(diffId));
  return found ? storedLayer({ trees: store, blobs: store, diffId, createdBy }) : undefined;
}

export interface StoredLayer {
  /** Where the blob is, or the plain tar. */
  blobs: Store;
  /** Where unpacked trees are kept. */
  trees: Store;
  diffId: Digest;
  createdBy?: string;
  /** What a manifest says; without it the layer was made here. */
  known?: Descriptor;
}

/** A layer whose content is in a store, or is looked for there when it is needed. */
export function storedLayer({ blobs, trees, diffId, createdBy, known }: StoredLayer): Layer {
  let described: Promise<Descriptor> | undefined;

  async function describe(): Promise<Descriptor> {
    return known ?? (await findCompressed(blobs, diffId)) ?? (await compress(blobs, diffId));
  }

  async function* read(): AsyncGenerator<Uint8Array> {
    const plain = await openBlob(blobs, diffId);
    if (plain) return yield* plain;
    const descriptor = known ?? (await findCompressed(blobs, diffId));
    const blob = descriptor && (await openBlob(blobs, descriptor.digest));
    if (!blob) throw layerMissing(diffId);
    yield* decompress(blob);
  }

  function descriptor(): Promise<Descriptor> {
    described ??= describe().catch((error: unknown) => {
      described = undefined;
      throw error;
    });
    return described;
  }

  async function* readBlob(): AsyncGenerator<Uint8Array> {
    const blob = await openBlob(blobs, (await descriptor()).digest);
    if (!blob) throw layerMissing(diffId);
    yield* blob;
  }

  return {
    diffId,
    ...(createdBy !== undefined && { createdBy }),
    descriptor,
    read,
    readBlob,
    tree: () => findOrMakeTree(trees, diffId, read),
  };
}

/** Key of the unpacked layer in a store. */
export function treeKey(diffId: Digest): string {
  return diffId.replace(':', '-');
}

async function findOrMakeTree(store: Store, diffId: Digest, read: () => AsyncIterable<Uint8Array>): Promise<string> {
  const key = treeKey(diffId);
  const found = await store.findTree(key);
  if (found) return found;
  return store.withLock(`tree-${key}`, async () => {
    const made = await store.findTree(key);
    return (
      made ??
      store.putTree(key, (folder) => unpackTar(verified(read(), diffId), folder, { root: true }), { isProvable: true })
    );
  });
}

/** The bytes as they are, with a fault at the end when they are not those of the layer. */
export async function* verified(source: AsyncIterable<Uint8Array>, diffId: Digest): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (found !== diffId) throw layerDiffers(diffId, found);
}

/** The plain tar is given up once it is compressed; when it is gone, somebody else may just have done that. */
async function compress(store: Store, diffId: Digest): Promise<Descriptor> {
  const tar = await openBlob(store, diffId);
  const done = tar ? undefined : await findCompressed(store, diffId);
  if (done) return done;
  if (!tar) throw layerMissing(diffId);
  const { digest, size } = await store.putBlob(gzip(tar));
  await store.writeRecord('layers', diffId, { digest, size });
  await rm(store.blobPath(diffId), { force: true });
  return { mediaType: MEDIA_TYPES.layer, digest, size };
}

async function findCompressed(store: Store, diffId: Digest): Promise<Descriptor | undefined> {
  const record = (await store.readRecord('layers', diffId)) as Partial<Descriptor> | undefined;
  if (!record || !isDigest(record.digest) || typeof record.size !== 'number') return undefined;
  const { digest, size } = record;
  return (await store.hasBlob(digest)) ? { mediaType: MEDIA_TYPES.layer, digest, size } : undefined;
}

/** A stream on the blob; opened at once, so that it can be read to its end even when somebody clears the store meanwhile. */
async function openBlob(store: Store, digest: Digest): Promise<AsyncIterable<Uint8Array> | undefined> {
  try {
    const file = await open(store.blobPath(digest));
    return file.createReadStream({ highWaterMark: 512 * 1024 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
