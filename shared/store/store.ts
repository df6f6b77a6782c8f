import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { adoptBlob, blobPath, hasBlob, putBlob, type StoredBlob } from './blobs.ts';
import type { Digest } from './digest.ts';
import { explained, notWritable } from './faults.ts';
import { withLock } from './lock.ts';
import { makeFolder } from './make-folder.ts';
import { fileName, readRecord, writeRecord } from './records.ts';
import { removeStale, withTempFolder } from './temp-folders.ts';
import { findTree, type PutTreeOptions, putTree, treePath } from './trees.ts';

/**
 * Content on disk by digest, for several processes at once. What can be seen under its name is whole: everything is
 * written aside and renamed, so a process may be killed at any time. Everything may be deleted at any time too.
 */
export interface Store {
  root: string;
  /** Where the blob lies once it is there: `<root>/blobs/sha256/<hex>`. */
  blobPath(digest: Digest): string;
  hasBlob(digest: Digest): Promise<boolean>;
  /** Hashes while writing. Content that is not `expected` is refused with STORE_BLOB_CORRUPT and leaves nothing. */
  putBlob(source: AsyncIterable<Uint8Array>, expected?: Digest): Promise<StoredBlob>;
  /** Takes a file into the store and removes it at its place. Only a regular file, and only with the content of that digest. */
  adoptBlob(file: string, expected: Digest): Promise<void>;
  /** `<root>/trees/<key>`; the key is a plain file name such as `sha256-<hex>`. */
  treePath(key: string): string;
  findTree(key: string): Promise<string | undefined>;
  /** Makes a folder aside and gives it its name when `fill` is through. If somebody else was faster, theirs stays and is returned. */
  putTree(key: string, fill: (dir: string) => Promise<void>, options?: PutTreeOptions): Promise<string>;
  /** Small JSON values; `undefined` when absent or unreadable. Kind and key are any text. */
  readRecord(kind: string, key: string): Promise<unknown>;
  writeRecord(kind: string, key: string, value: unknown): Promise<void>;
  /** A folder below `<root>/tmp` for the time of the call, always removed; a killed process's goes at the next `openStore`. */
  withTempFolder<T>(use: (dir: string) => Promise<T>): Promise<T>;
  /** One user of the name at a time, between processes and inside one; not re-entrant. A dead holder's lock is free. */
  withLock<T>(name: string, use: () => Promise<T>): Promise<T>;
}

/** Opens the store and makes it where it is not there yet. Faults: STORE_NOT_WRITABLE, STORE_DISK_FULL. */
export async function openStore(folder: string): Promise<Store> {
  const root = resolve(folder);
  const temp = join(root, 'tmp');
  await explained(root, async () => {
    await makeFolder(root).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? notWritable(root, error.path ?? root, error) : error;
    });
    for (const one of ['blobs/sha256', 'trees', 'records', 'locks', 'tmp']) {
      await mkdir(join(root, one), { recursive: true });
    }
    await removeStale(temp);
  });
  return {
    root,
    blobPath: (digest) => blobPath(root, digest),
    hasBlob: (digest) => hasBlob(root, digest),
    putBlob: (source, expected) => explained(root, () => putBlob(root, source, expected)),
    adoptBlob: (file, expected) => explained(root, () => adoptBlob(root, file, expected)),
    treePath: (key) => treePath(root, key),
    findTree: (key) => findTree(root, key),
    putTree: (key, fill, options) => explained(root, () => putTree(root, key, fill, options)),
    readRecord: (kind, key) => readRecord(root, kind, key),
    writeRecord: (kind, key, value) => explained(root, () => writeRecord(root, kind, key, value)),
    withTempFolder: (use) => explained(root, () => withTempFolder(temp, use)),
    withLock: (name, use) => explained(root, () => withLock(join(root, 'locks', fileName(name)), use)),
  };
}
