import { createHash, type Hash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import type { Digest } from './digest.ts';

const CHUNK = 1024 * 1024;

/** Digest of all that is in a folder: names, kinds, modes, contents, where links lead. Times and owners do not count. */
export function digestTree(folder: string): Digest {
  const hash = createHash('sha256');
  addFolder(hash, Buffer.from(folder), Buffer.alloc(CHUNK));
  return `sha256:${hash.digest('hex')}`;
}

/** Names are bytes on Linux, not always text. */
function addFolder(hash: Hash, folder: Buffer, buffer: Buffer): void {
  const names = readdirSync(folder, { encoding: 'buffer' }).sort(Buffer.compare);
  hash.update(`${(lstatSync(folder).mode & 0o7777).toString(8)} ${names.length}\n`);
  for (const name of names) {
    const path = Buffer.concat([folder, Buffer.from('/'), name]);
    const stats = lstatSync(path);
    hash.update(`${name.length}:`).update(name);
    if (stats.isDirectory()) addFolder(hash, path, buffer);
    else if (stats.isSymbolicLink()) hash.update(readlinkSync(path, 'buffer'));
    else if (stats.isFile()) {
      hash.update(`${(stats.mode & 0o7777).toString(8)} ${stats.size}\n`);
      addFile(hash, path, buffer);
    }
  }
}

function addFile(hash: Hash, path: Buffer, buffer: Buffer): void {
  const file = openSync(path, 'r');
  try {
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
      hash.update(buffer.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}
