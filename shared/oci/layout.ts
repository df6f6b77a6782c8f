import { createReadStream } from 'node:fs';
import { readdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { asidePath, type Digest, makeFolder, removeFolder, removeStaleAside, type Store } from '@dema/store';
import type { Descriptor } from './descriptor.ts';
import { asOutputFault, invalidLayout, layoutNotFolder, layoutOccupied } from './faults.ts';
import { findContent, type LayoutSource, type NamedContent } from './find-content.ts';
import type { Image } from './image.ts';
import { chooseImage, type ImageOrIndex } from './image-index.ts';
import { layoutPath, makeLayoutFiles, REF_NAME } from './layout-files.ts';
import { readDescription } from './read-description.ts';
import { parseManifest, readBlob, readImage } from './read-image.ts';

/**
 * Writes the image, or the index with all its images, as an OCI image layout: `oci-layout`, `index.json`, `blobs/sha256/<hex>`. The folder appears whole; an earlier
 * layout in its place is replaced. Files are copies, never links into the store. Gives the descriptor of the manifest.
 * Faults: OCI_LAYOUT_OCCUPIED, OCI_OUTPUT_FAILED.
 */
export async function writeLayout(
  folder: string,
  found: ImageOrIndex,
  { reference }: { reference?: string } = {},
): Promise<Descriptor> {
  const target = resolve(folder);
  const existing = await checkLayoutTarget(folder);
  const aside = asidePath(target);
  try {
    await makeFolder(dirname(target));
    const descriptor = await fillLayout(`${aside}.new`, found, reference);
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

async function fillLayout(folder: string, found: ImageOrIndex, reference: string | undefined): Promise<Descriptor> {
  const annotations: Record<string, string> = reference ? { [REF_NAME]: reference } : {};
  const { descriptor, files, manifests, blobs } = await makeLayoutFiles(found, annotations);
  await makeFolder(join(folder, 'blobs/sha256'));
  for (const { digest, read } of [...manifests, ...blobs]) await writeFile(join(folder, layoutPath(digest)), read());
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return descriptor;
}

/** Takes the image of a layout into the store, of an index the one for this kind of machine; else as `readNamedLayout`. */
export async function readLayout(store: Store, folder: string, options: { reference?: string } = {}): Promise<Image> {
  const { found } = await readNamedLayout(store, folder, options);
  return chooseImage(found, folder);
}

/**
 * Takes what a layout holds into the store: what has that name, or the only one; the images of an index when they are asked for.
 * Every blob is verified; layers that a sparse layout leaves out are missed only when they are read.
 * Gives the name that the layout has for it too, if any. Fault: OCI_LAYOUT_INVALID.
 */
export async function readNamedLayout(
  store: Store,
  folder: string,
  { reference }: { reference?: string } = {},
): Promise<NamedContent> {
  const source: LayoutSource = {
    read: (path) => readPart(folder, path),
    invalid: (reason) => invalidLayout(folder, reason),
    open: (manifest) => openImage(store, folder, manifest),
  };
  return findContent(source, reference);
}

async function readPart(folder: string, path: string): Promise<Uint8Array | undefined> {
  try {
    const content = await readDescription(join(folder, path));
    if (content) return content;
  } catch (error) {
    return whenThere(error as NodeJS.ErrnoException);
  }
  throw invalidLayout(folder, `${path} is too large`);
}

async function openImage(store: Store, folder: string, { digest }: Descriptor): Promise<Image> {
  if (!(await takeBlob(store, folder, digest))) throw invalidLayout(folder, `blob ${digest} is missing`);
  const { config, layers } = parseManifest(await readBlob(store, digest), digest);
  for (const one of [config, ...layers]) await takeBlob(store, folder, one.digest);
  return readImage(store, digest);
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
