import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Broken, type Digest, type VerifiedStore, verifyStore } from '@dema/store';
import { listImageNames, namesFolder } from './image-names.ts';
import type { ImageStore } from './image-store.ts';
import { listBlobs } from './list-blobs.ts';

export interface VerifiedImages extends VerifiedStore {
  images: number;
  /** Names of images that lack something, with what they lack. The names stay: a build of the same name mends them. */
  incomplete: { reference: string; problem: string }[];
}

/** Reads all blobs of an image store, removes those that are broken, and says which images cannot be used because of that. */
export async function verifyImages(images: Pick<ImageStore, 'root' | 'blobPath'>): Promise<VerifiedImages> {
  const verified = await verifyStore(images.root, async () => 'unknown');
  const broken = [...verified.broken, ...(await removeBrokenNames(images.root))];
  const names = await listImageNames(images.root);
  const incomplete = await Promise.all(
    names.map(async ({ reference, manifest }) => ({ reference, problem: await findLack(images, manifest.digest) })),
  );
  return {
    ...verified,
    broken,
    images: names.length,
    incomplete: incomplete.flatMap(({ reference, problem }) => (problem ? [{ reference, problem }] : [])),
  };
}

async function removeBrokenNames(root: string): Promise<Broken[]> {
  const folder = namesFolder(root);
  const broken: Broken[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (text === undefined || isImageName(text)) continue;
    broken.push({ kind: 'record', name: `references/${name}`, problem: 'it names no image' });
    await rm(join(folder, name), { force: true });
  }
  return broken;
}

function isImageName(text: string): boolean {
  try {
    return typeof JSON.parse(text).reference === 'string';
  } catch {
    return false;
  }
}

/** Blobs that are there have been read and are right. */
async function findLack(images: Pick<ImageStore, 'blobPath'>, digest: Digest): Promise<string | undefined> {
  try {
    for (const one of await listBlobs(images, digest)) {
      if (!(await stat(images.blobPath(one)).catch(() => undefined))) return `blob ${one} is missing`;
    }
    return undefined;
  } catch {
    return `${digest} is no manifest`;
  }
}
