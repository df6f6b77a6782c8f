import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { determineMemberPath } from './member-path.ts';
import { decodePath, systemPath } from './path-bytes.ts';
import type { TarEntry, TarEntryType } from './tar-entry.ts';

const CHUNK = 1024 * 1024;

/** Unpacking makes none of these. */
const LEFT_OUT: readonly TarEntryType[] = ['character', 'block', 'fifo'];

/** What must be at a path. */
type Expected =
  | { type: 'directory'; mode: number }
  | { type: 'file'; mode: number; size: number; digest: string }
  | { type: 'symlink'; linkPath: string };

/**
 * What tells a folder from that which `unpackEntries` makes of a root file system's members, in words; undefined when
 * nothing does. Everything is read.
 */
export async function findTreeDifference(
  entries: AsyncIterable<TarEntry> | Iterable<TarEntry>,
  folder: string,
): Promise<string | undefined> {
  const expected = await readExpected(entries);
  const different = findDifferent(folder, '', expected);
  if (different) return different;
  const [missing] = expected.keys();
  return missing === undefined ? undefined : `${missing} is missing`;
}

async function readExpected(entries: AsyncIterable<TarEntry> | Iterable<TarEntry>): Promise<Map<string, Expected>> {
  const expected = new Map<string, Expected>();
  for await (const entry of entries) {
    const path = determineMemberPath(entry.path, { root: true });
    if (path === undefined || LEFT_OUT.includes(entry.type)) continue;
    for (let above = dirname(path); above !== '.' && !expected.has(above); above = dirname(above)) {
      expected.set(above, { type: 'directory', mode: 0o755 });
    }
    const linked = entry.type === 'hardlink' ? determineMemberPath(entry.linkPath ?? '', { root: true }) : undefined;
    const one = linked === undefined ? await describe(entry) : expected.get(linked);
    if (one) expected.set(path, one);
  }
  return expected;
}

async function describe({ type, mode, size, linkPath = '', body }: TarEntry): Promise<Expected> {
  if (type === 'directory') return { type, mode: mode & 0o1777 };
  if (type === 'symlink') return { type, linkPath };
  const hash = createHash('sha256');
  for await (const piece of body?.() ?? []) hash.update(piece);
  return { type: 'file', mode: mode & 0o777, size, digest: hash.digest('hex') };
}

/** Takes from `expected` what is there as it must be. */
function findDifferent(root: string, folder: string, expected: Map<string, Expected>): string | undefined {
  for (const bytes of readdirSync(systemPath(`${root}/${folder}`), { encoding: 'buffer' })) {
    const path = folder === '' ? decodePath(bytes) : `${folder}/${decodePath(bytes)}`;
    const place = systemPath(`${root}/${path}`);
    const stats = lstatSync(place);
    const one = expected.get(path);
    if (one === undefined) return `${path} does not belong there`;
    if (!isAsExpected(place, stats, one)) return `${path} is not as it was unpacked`;
    expected.delete(path);
    const below = stats.isDirectory() ? findDifferent(root, path, expected) : undefined;
    if (below) return below;
  }
  return undefined;
}

function isAsExpected(place: string | Buffer, stats: Stats, expected: Expected): boolean {
  if (expected.type === 'symlink')
    return stats.isSymbolicLink() && decodePath(readlinkSync(place, 'buffer')) === expected.linkPath;
  if ((stats.mode & 0o7777) !== expected.mode) return false;
  if (expected.type === 'directory') return stats.isDirectory();
  if (!stats.isFile() || stats.size !== expected.size) return false;
  return digestFile(place) === expected.digest;
}

function digestFile(place: string | Buffer): string {
  const hash = createHash('sha256');
  const buffer = Buffer.alloc(CHUNK);
  const file = openSync(place, 'r');
  try {
    for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) {
      hash.update(buffer.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
}
