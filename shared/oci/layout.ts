import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { asidePath, type Digest, removeFolder, removeStaleAside, type Store } from '@dema/store';
import type { Descriptor } from './descriptor.ts';
import { asOutputFault, invalidLayout, layoutNotFolder, layoutOccupied } from './faults.ts';
import { findManifest, type LayoutSource } from './find-manifest.ts';
import type { Image } from './image.ts';
import { layoutPath, makeLayoutFiles, REF_NAME } from './layout-files.ts';
import { parseManifest, readImage } from './read-image.ts';

/**
 * Writes the image as an OCI image layout: `oci-layout`, `index.json`, `blobs/sha256/<hex>`. The folder appears whole; an earlier
 * layout in its place is replaced. Files are copies, never links into the store. Gives the descriptor of the manifest.
 * Faults: OCI_LAYOUT_OCCUPIED, OCI_OUTPUT_FAILED.
 */
export async function writeLayout(
  folder: string,
  image: Image,
  { reference }: { reference?: string } = {},
): Promise<Descriptor> {
  const target = resolve(folder);
  const existing = await checkLayoutTarget(folder);
  const aside = asidePath(target);
  try {
    await mkdir(dirname(target), { recursive: true });
    const descriptor = await fillLayout(`${aside}.new`, image, reference);
    if (existing) await rename(target, `${aside}.old`);
    await rename(`${aside}.new`, target);
    await removeStaleAside(target);
    return descriptor;
  } catch (error) {
    throw asOutputFault(folder, error);
  } finally {
    for (const end of ['new', 'old']) await removeFolder(`${aside}.${end}`).catch(() => undefined);
  }
}

/** Refuses a folder that holds something else, before anything is made. Gives what is in it; undefined when it is not there. */
export async function checkLayoutTarget(folder: string): Promise<string[] | undefined> {
  const existing = await findNames(folder);
  if (existing?.length && !existing.includes('oci-layout')) throw layoutOccupied(folder);
  return existing;
}

async function fillLayout(folder: string, image: Image, reference: string | undefined): Promise<Descriptor> {
  const { descriptor, files, blobs } = await makeLayoutFiles(image, reference ? { [REF_NAME]: reference } : {});
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  for (const { digest, read } of blobs) await writeFile(join(folder, layoutPath(digest)), read());
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return descriptor;
}

/**
 * Takes the image of a layout into the store: the one of that reference, or the only one. Every blob is verified; layers that a sparse
 * layout leaves out are missed only when they are read.
 */
export async function readLayout(store: Store, folder: string, options: { reference?: string } = {}): Promise<Image> {
  return (await readNamedLayout(store, folder, options)).image;
}

/** The same, with the name that the layout has for the image, if any. */
export async function readNamedLayout(
  store: Store,
  folder: string,
  { reference }: { reference?: string } = {},
): Promise<{ image: Image; reference?: string }> {
  const source: LayoutSource = {
    read: (path) => readFile(join(folder, path)).catch(whenThere),
    invalid: (reason) => invalidLayout(folder, reason),
  };
  const manifest = await findManifest(source, reference);
  const content = await takeBlob(store, folder, manifest.digest);
  if (!content) throw invalidLayout(folder, `blob ${manifest.digest} is missing`);
  const { config, layers } = parseManifest(await readFile(store.blobPath(manifest.digest)), manifest.digest);
  for (const { digest } of [config, ...layers]) await takeBlob(store, folder, digest);
  return { image: await readImage(store, manifest.digest), reference: manifest.annotations?.[REF_NAME] };
}

async function takeBlob(store: Store, folder: string, digest: Digest): Promise<boolean> {
  if (await store.hasBlob(digest)) return true;
  const file = join(folder, layoutPath(digest));
  if (!(await stat(file).catch(() => undefined))?.isFile()) return false;
  await store.putBlob(createReadStream(file, { highWaterMark: 512 * 1024 }), digest);
  return true;
}

async function findNames(folder: string): Promise<string[] | undefined> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error.code === 'ENOTDIR' ? layoutNotFolder(folder) : asOutputFault(folder, error);
  });
}

function whenThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
  return undefined;
}
