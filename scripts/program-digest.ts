import { join } from 'node:path';
import { findMadeDigest } from '@dema/builders';
import { digestFiles, type Store } from '@dema/store';
import { listSources } from './list-sources.ts';

/** Tells this program from any other state of its code. */
export async function digestProgram(store: Store): Promise<string> {
  return (await findMadeDigest()) ?? digestSources(store);
}

async function digestSources(store: Store): Promise<string> {
  const folders = ['../shared', '../builders', '.'].map((folder) => join(import.meta.dirname, folder));
  return digestFiles(store, (await Promise.all(folders.map(listSources))).flat());
}
