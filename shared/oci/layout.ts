import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { renderJson } from '@dema/spec';
import { type Digest, isDigest, removeFolder, type Store } from '@dema/store';
import { type Descriptor, MEDIA_TYPES, orderDescriptor } from './descriptor.ts';
import { invalidLayout, layoutOccupied } from './faults.ts';
import type { Image } from './image.ts';
import { renderImage } from './manifest.ts';
import { parseManifest, readImage } from './read-image.ts';

const REF_NAME = 'org.opencontainers.image.ref.name';

/**
 * Writes the image as an OCI image layout: `oci-layout`, `index.json`, `blobs/sha256/<hex>`. The folder appears whole; an earlier
 * layout in its place is replaced. Files are copies, never links into the store. Gives the descriptor of the manifest.
 */
export async function writeLayout(
  folder: string,
  image: Image,
  { reference }: { reference?: string } = {},
): Promise<Descriptor> {
  const target = resolve(folder);
  const existing = await findNames(target);
  if (existing?.length && !existing.includes('oci-layout')) throw layoutOccupied(folder);
  const aside = `${target}.${randomBytes(6).toString('hex')}`;
  await mkdir(dirname(target), { recursive: true });
  try {
    const descriptor = await fillLayout(`${aside}.new`, image, reference);
    if (existing) await rename(target, `${aside}.old`);
    await rename(`${aside}.new`, target);
    return descriptor;
  } finally {
    await removeFolder(`${aside}.new`);
    await removeFolder(`${aside}.old`);
  }
}

async function fillLayout(folder: string, image: Image, reference: string | undefined): Promise<Descriptor> {
  const { manifest, descriptor, config, configDescriptor } = await renderImage(image);
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  for (const layer of image.layers) {
    const { digest } = await layer.descriptor();
    await writeFile(blobFile(folder, digest), layer.readBlob());
  }
  await writeFile(blobFile(folder, configDescriptor.digest), config);
  await writeFile(blobFile(folder, descriptor.digest), manifest);
  const { architecture, os, variant } = image.config;
  const named = {
    ...descriptor,
    platform: { architecture, os, variant },
    ...(reference && { annotations: { [REF_NAME]: reference } }),
  };
  const index = { schemaVersion: 2, mediaType: MEDIA_TYPES.index, manifests: [orderDescriptor(named)] };
  await writeFile(join(folder, 'index.json'), renderJson(index));
  await writeFile(join(folder, 'oci-layout'), renderJson({ imageLayoutVersion: '1.0.0' }));
  return descriptor;
}

/**
 * Takes the image of a layout into the store: the one of that reference, or the only one. Every blob is verified; layers that a sparse
 * layout leaves out are missed only when they are read.
 */
export async function readLayout(
  store: Store,
  folder: string,
  { reference }: { reference?: string } = {},
): Promise<Image> {
  const manifest = await findManifest(folder, reference);
  const content = await takeBlob(store, folder, manifest.digest);
  if (!content) throw invalidLayout(folder, `blob ${manifest.digest} is missing`);
  const { config, layers } = parseManifest(await readFile(store.blobPath(manifest.digest)), manifest.digest);
  for (const { digest } of [config, ...layers]) await takeBlob(store, folder, digest);
  return readImage(store, manifest.digest);
}

async function findManifest(folder: string, reference: string | undefined): Promise<Descriptor> {
  const layout = await readJson(folder, 'oci-layout');
  if (layout.imageLayoutVersion !== '1.0.0') throw invalidLayout(folder, 'its version is not 1.0.0');
  const { manifests } = await readJson(folder, 'index.json');
  const all: Descriptor[] = Array.isArray(manifests) ? manifests.filter((one) => isDigest(one?.digest)) : [];
  const found = reference === undefined ? all : all.filter(({ annotations }) => annotations?.[REF_NAME] === reference);
  const [manifest] = found;
  if (!manifest || found.length > 1) {
    throw invalidLayout(
      folder,
      `its index.json names ${found.length} images${reference === undefined ? '' : ` of the name ${reference}`}, not one`,
    );
  }
  return manifest;
}

async function readJson(folder: string, name: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw invalidLayout(folder, `${name} cannot be read (${error instanceof Error ? error.message : error})`);
  }
  throw invalidLayout(folder, `${name} is no JSON object`);
}

async function takeBlob(store: Store, folder: string, digest: Digest): Promise<boolean> {
  if (await store.hasBlob(digest)) return true;
  const file = blobFile(folder, digest);
  if (!(await stat(file).catch(() => undefined))?.isFile()) return false;
  await store.putBlob(createReadStream(file, { highWaterMark: 512 * 1024 }), digest);
  return true;
}

async function findNames(folder: string): Promise<string[] | undefined> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error.code === 'ENOTDIR' ? layoutOccupied(folder) : error;
  });
}

function blobFile(folder: string, digest: Digest): string {
  return join(folder, 'blobs', digest.replace(':', '/'));
}
