import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, isDigest, type Store } from '@dema/store';
import type { Descriptor } from './descriptor.ts';

/** What a name in an image store stands for. */
export interface NamedImage {
  reference: string;
  manifest: Descriptor;
  /** Bytes of all that a registry would hold for it. */
  size: number;
  created?: string;
}

/** The names of an image store, a file each, so that no two of them can harm each other. References are in full. */
export interface ImageNames {
  find(reference: string): Promise<NamedImage | undefined>;
  list(): Promise<NamedImage[]>;
  write(named: NamedImage): Promise<void>;
  remove(reference: string): Promise<void>;
}

export async function openImageNames(store: Store): Promise<ImageNames> {
  const folder = namesFolder(store.root);
  await mkdir(folder, { recursive: true });
  const fileOf = (reference: string) => join(folder, `${digestOf(reference).slice('sha256:'.length)}.json`);
  return {
    find: (reference) => readNamed(fileOf(reference)),
    list: () => listImageNames(store.root),
    async write(named) {
      await store.withTempFolder(async (temp) => {
        await writeFile(join(temp, 'name.json'), JSON.stringify(named));
        await rename(join(temp, 'name.json'), fileOf(named.reference));
      });
    },
    remove: (reference) => rm(fileOf(reference), { force: true }),
  };
}

/** Where the names are: a file `<hash of the reference>.json` for each. */
export function namesFolder(root: string): string {
  return join(root, 'references');
}

export async function listImageNames(root: string): Promise<NamedImage[]> {
  const folder = namesFolder(root);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const all = await Promise.all(files.map((name) => readNamed(join(folder, name))));
  return all.filter((named) => named !== undefined);
}

/** A file that is not there, or that something else wrote, names nothing. */
async function readNamed(file: string): Promise<NamedImage | undefined> {
  try {
    const named = JSON.parse(await readFile(file, 'utf8')) as NamedImage;
    return isDigest(named.manifest?.digest) ? named : undefined;
  } catch {
    return undefined;
  }
}
