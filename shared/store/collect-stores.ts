import { lstat, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { blobPath } from './blobs.ts';
import { isDigest } from './digest.ts';
import { explained } from './faults.ts';
import { findOldestLease } from './leases.ts';
import { withLock } from './lock.ts';
import { parseRecord } from './records.ts';
import { removeFolder } from './remove-folder.ts';
import { listEntries, SIZES, type StoredEntry } from './stored-entries.ts';
import { tempPath } from './temp-folders.ts';
import { moveFolder, SEALS } from './trees.ts';

export interface CollectOptions {
  /** Bytes that all stores together may hold. */
  maxBytes: number;
  /** How long something stays that nobody uses, in milliseconds. */
  maxAgeMs: number;
}

export interface Collected {
  /** How many blobs and trees were removed. */
  removed: number;
  /** Bytes. */
  freed: number;
  /** Bytes that are left. */
  left: number;
}

/** Clocks of file systems tick more slowly than ours. */
const TICK_MS = 1000;

interface Candidate extends StoredEntry {
  root: string;
}

/**
 * Removes what was not used for too long, and then what was not used for longest, until the stores hold no more than they may.
 * Nothing goes that a process which holds a store has used since its start.
 * Faults: STORE_NOT_WRITABLE, STORE_DISK_FULL.
 */
export function collectStores(roots: readonly string[], options: CollectOptions): Promise<Collected> {
  const [first = ''] = roots;
  const collect = () => withLock(join(first, 'locks', 'collect'), () => collectLocked(roots, options));
  return explained(first, collect);
}

async function collectLocked(roots: readonly string[], options: CollectOptions): Promise<Collected> {
  const all = (await Promise.all(roots.map(listCandidates))).flat();
  const content = all.filter(({ kind }) => kind !== 'record').sort((one, other) => one.usedAt - other.usedAt);
  const collected: Collected = { removed: 0, freed: 0, left: all.reduce((sum, { size }) => sum + size, 0) };
  const leases = new Map(await Promise.all(roots.map(async (root) => [root, await findOldestLease(root)] as const)));
  const tooOld = Date.now() - options.maxAgeMs;
  for (const one of content) {
    if (one.usedAt >= tooOld && collected.left <= options.maxBytes) break;
    if (one.usedAt >= (leases.get(one.root) ?? 0) - TICK_MS) continue;
    if (!(await discard(one))) continue;
    collected.removed += 1;
    collected.freed += one.size;
    collected.left -= one.size;
  }
  for (const one of all.filter(({ kind }) => kind === 'record')) {
    if (await isRecordDue(one, tooOld)) await rm(one.path, { force: true });
  }
  return collected;
}

async function listCandidates(root: string): Promise<Candidate[]> {
  return (await listEntries(root)).map((entry) => ({ ...entry, root }));
}

/**
 * Takes it away at once and looks again before it removes it: whoever found it an instant before has marked it as used, and
 * gets it back. False when it is still there, or was gone already.
 */
async function discard({ root, path, kind, usedAt }: Candidate): Promise<boolean> {
  const aside = tempPath(join(root, 'tmp'));
  const move = kind === 'tree' ? moveFolder : rename;
  try {
    await move(path, aside);
  } catch {
    return false;
  }
  const isUsed = (await lstat(aside)).mtimeMs > usedAt;
  if (isUsed) await move(aside, path);
  await removeFolder(aside);
  return !isUsed;
}

/** What belongs to a tree or leads to a blob lasts as long as that; of others it counts when they were last read. */
async function isRecordDue({ root, path, name, usedAt }: Candidate, tooOld: number): Promise<boolean> {
  const key = name.slice(name.indexOf('/') + 1).replace(/\.json$/, '');
  if ([SEALS, SIZES].some((kind) => name.startsWith(`${kind}/`))) return !(await isThere(join(root, 'trees', key)));
  if (usedAt >= tooOld) return false;
  const value = await readFile(path, 'utf8')
    .then((text) => parseRecord(text, name))
    .catch(() => undefined);
  return !(isDigest(value) && (await isThere(blobPath(root, value))));
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
