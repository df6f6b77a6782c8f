import { lstatSync, readdirSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readRecord, writeRecord } from './records.ts';

export interface StoredEntry {
  kind: 'blob' | 'tree' | 'record';
  path: string;
  /** Hex of a blob, key of a tree, `<kind>/<key>.json` of a record. */
  name: string;
  /** Bytes on the disk. A file that has several names, in images for instance, counts for each in part. */
  size: number;
  /** Time of the last use, in milliseconds since 1970. */
  usedAt: number;
}

/** Kind of the records with the sizes of trees, by key. */
export const SIZES = 'tree-sizes';

/** All that a store holds. Trees are measured once in their life. */
export async function listEntries(root: string): Promise<StoredEntry[]> {
  const [blobs, trees, records] = await Promise.all([
    listFiles(root, 'blob'),
    listTrees(root),
    listFiles(root, 'record'),
  ]);
  return [...blobs, ...trees, ...records];
}

async function listFiles(root: string, kind: 'blob' | 'record'): Promise<StoredEntry[]> {
  const folder = join(root, kind === 'blob' ? 'blobs/sha256' : 'records');
  const found = await readdir(folder, { withFileTypes: true, recursive: kind === 'record' }).catch(() => []);
  const files = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
  const entries = await Promise.all(files.map((path) => describe(path, relative(folder, path), kind)));
  return entries.filter((entry) => entry !== undefined);
}

async function listTrees(root: string): Promise<StoredEntry[]> {
  const folder = join(root, 'trees');
  const names = await readdir(folder).catch(() => []);
  const entries = await Promise.all(names.map((name) => describe(join(folder, name), name, 'tree')));
  const there = entries.filter((entry) => entry !== undefined);
  return Promise.all(there.map(async (entry) => ({ ...entry, size: await measureTree(root, entry) })));
}

async function describe(path: string, name: string, kind: StoredEntry['kind']): Promise<StoredEntry | undefined> {
  const stats = await lstat(path).catch(() => undefined);
  return stats && { kind, path, name, size: (stats.blocks * 512) / stats.nlink, usedAt: stats.mtimeMs };
}

async function measureTree(root: string, { name, path }: StoredEntry): Promise<number> {
  const known = await readRecord(root, SIZES, name);
  if (typeof known === 'number') return known;
  const size = measureFolder(Buffer.from(path));
  await writeRecord(root, SIZES, name, size);
  return size;
}

/** Without a wait in between: there may be a hundred thousand small files. Names are bytes, not always text. */
function measureFolder(folder: Buffer): number {
  let size = 0;
  for (const name of readNames(folder)) {
    const path = Buffer.concat([folder, Buffer.from('/'), name]);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory()) size += stats.blocks * 512 + measureFolder(path);
    else if (stats) size += (stats.blocks * 512) / stats.nlink;
  }
  return size;
}

/** None of a folder that is gone or that nobody may read. */
function readNames(folder: Buffer): Buffer[] {
  try {
    return readdirSync(folder, { encoding: 'buffer' });
  } catch {
    return [];
  }
}
