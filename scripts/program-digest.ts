import { join } from 'node:path';
import { findMadeDigest } from '@dema/builders';
import { digestFiles, type Store } from '@dema/store';
import { listSources } from './list-sources.ts';

/** Made of the sources for the published package, at times while this runs. */
const PACKED = join(import.meta.dirname, 'dist/');

/** Tells this program from any other state of its code. */
export async function digestProgram(store: Store): Promise<string> {
  return (await findMadeDigest()) ?? digestSources(store);
}

async function digestSources(store: Store): Promise<string> {
  const folders = ['../shared', '../builders', '.'].map((folder) => join(import.meta.dirname, folder));
  const files = (await Promise.all(folders.map(listSources))).flat();
  return digestFiles(
    store,
    files.filter((file) => !file.startsWith(PACKED)),
  );
}
