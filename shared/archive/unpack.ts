import { closeSync, fchmodSync, openSync, symlinkSync, writeSync } from 'node:fs';
import { isFault } from '@dema/errors';
import { decompress } from './decompress.ts';
import { archiveTooLarge, unpackFailed, unsafePath } from './faults.ts';
import { determineMemberPath, leadsOutside } from './member-path.ts';
import { systemPath } from './path-bytes.ts';
import { readTar } from './read-tar.ts';
import { readZip } from './read-zip.ts';
import type { TarEntry } from './tar-entry.ts';
import {
  finishFolders,
  linkMember,
  makeFolder,
  openUnpackTarget,
  replaceMember,
  type UnpackTarget,
} from './unpack-target.ts';

export interface UnpackOptions {
  /** How many leading parts of each path are dropped; members with no more parts than that are left out. */
  strip?: number;
  /** Whether to unpack the member, by its path before `strip`. */
  filter?: (path: string) => boolean;
  /** Limit for the sum of all files' sizes; without one 16 GiB. */
  maxBytes?: number;
  /** Limit for the number of members; without one a million. */
  maxEntries?: number;
  /**
   * The archive is (a part of) a root file system, as a layer or a Debian package is: absolute paths and symbolic links mean this
   * root. Otherwise an absolute path, and a symbolic link that leads out of the folder, are faults.
   */
  root?: boolean;
}

/**
 * Unpacks a tar archive, compressed or not, into a folder, which is made when it is missing.
 * Nothing is ever written outside of it or through a link. Owners and times are not restored, setuid and setgid bits are dropped,
 * devices and pipes left out; other modes are as in the archive, whatever the umask. A member replaces an earlier one that is no folder.
 */
export async function unpackTar(
  source: AsyncIterable<Uint8Array>,
  folder: string,
  options: UnpackOptions = {},
): Promise<void> {
  await unpackEntries(readTar(decompress(source)), folder, options);
}

/** The same for the zip archive at `path`, which may be a jar, a wheel or a NuGet package. */
export async function unpackZip(path: string, folder: string, options: UnpackOptions = {}): Promise<void> {
  await unpackEntries(readZip(path), folder, options);
}

/** The same for members that are values already. */
export async function unpackEntries(
  entries: AsyncIterable<TarEntry> | Iterable<TarEntry>,
  folder: string,
  options: UnpackOptions = {},
): Promise<void> {
  const { maxBytes = 16 * 1024 ** 3, maxEntries = 1_000_000, filter } = options;
  const target = openUnpackTarget(folder);
  let bytes = 0;
  let count = 0;
  for await (const entry of entries) {
    count += 1;
    if (count > maxEntries) throw archiveTooLarge(`${maxEntries} members`);
    const path = determineMemberPath(entry.path, options);
    if (path === undefined || filter?.(entry.path) === false) continue;
    bytes += entry.size;
    if (bytes > maxBytes) throw archiveTooLarge(`${maxBytes} bytes`);
    try {
      const writing = unpackEntry(target, path, entry, options);
      if (writing) await writing;
    } catch (error) {
      throw isSystemError(error) ? unpackFailed(entry.path, folder, error) : error;
    }
  }
  finishFolders(target);
}

/** Puts one member at its place. Something to wait for is given where its body is to be. */
export function unpackEntry(
  target: UnpackTarget,
  path: string,
  entry: TarEntry,
  options: UnpackOptions,
): Promise<void> | undefined {
  const { type, linkPath = '' } = entry;
  if (type === 'file') return writeFile(target, path, entry);
  if (type === 'directory') makeFolder(target, path, entry.mode & 0o1777);
  if (type === 'symlink') {
    const outside = linkPath === '' || (!options.root && leadsOutside(path, linkPath));
    if (outside)
      throw unsafePath(entry.path, `it is a symbolic link that leads outside, to ${JSON.stringify(linkPath)}`);
    replaceMember(target, path, (place) => symlinkSync(systemPath(linkPath), place));
  }
  if (type === 'hardlink') {
    const linked = determineMemberPath(linkPath, options);
    if (!linked)
      throw unsafePath(entry.path, `it is a hard link to ${JSON.stringify(linkPath)}, which is no file of the archive`);
    linkMember(target, path, linked);
  }
  return undefined;
}

/** Small bodies are there already and are written without waiting; `wx` never opens what exists, be it a link. */
function writeFile(target: UnpackTarget, path: string, entry: TarEntry): Promise<void> | undefined {
  const body = entry.body?.() ?? [];
  const file = replaceMember(target, path, (place) => openSync(place, 'wx', 0o600));
  if (!(Symbol.iterator in body)) return writeBody(file, entry.mode, body);
  try {
    for (const piece of body) writeWhole(file, piece);
    fchmodSync(file, entry.mode & 0o777);
  } finally {
    closeSync(file);
  }
  return undefined;
}

async function writeBody(file: number, mode: number, body: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const piece of body) writeWhole(file, piece);
    fchmodSync(file, mode & 0o777);
  } finally {
    closeSync(file);
  }
}

function writeWhole(file: number, piece: Uint8Array): void {
  for (let written = 0; written < piece.length; ) written += writeSync(file, piece, written);
}

/** Of writing, that is: an error of what the archive is read from is somebody else's. */
export function isSystemError(error: unknown): error is Error {
  if (!(error instanceof Error) || isFault(error)) return false;
  const { syscall = '' } = error as NodeJS.ErrnoException;
  return /^(open|write|close|mkdir|symlink|link|unlink|lstat|chmod|fchmod)$/.test(syscall);
}
