import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { blobPath } from './blobs.ts';
import { type Digest, isDigest } from './digest.ts';
import { digestTree } from './digest-tree.ts';
import { findOldestLease } from './leases.ts';
import { parseRecord, readRecord } from './records.ts';
import { removeTree, SEALS } from './trees.ts';

/** Something that is not what its name says, and has been removed: whatever needs it makes it again. */
export interface Broken {
  kind: 'blob' | 'tree' | 'record';
  /** Digest of a blob, key of a tree, `<kind>/<key>.json` of a record. */
  name: string;
  problem: string;
}

/** Whether a tree holds what its key says: what is wrong with it, `right`, or `unknown` where nothing can be said. */
export type TreeProof = (key: string, path: string) => Promise<'right' | 'unknown' | { problem: string }>;

export interface VerifiedStore {
  checked: { blobs: number; trees: number; records: number };
  broken: Broken[];
  /** Keys of trees that are removed because nothing is there any more to hold them against. */
  unknown: string[];
}

/**
 * Reads all that a store holds and removes what is broken. Nothing that is right is missing at any time, so builds may run.
 * @param prove for trees that were put without a seal
 */
export async function verifyStore(root: string, prove: TreeProof): Promise<VerifiedStore> {
  const verified: VerifiedStore = { checked: { blobs: 0, trees: 0, records: 0 }, broken: [], unknown: [] };
  await verifyRecords(root, verified);
  await verifyBlobs(root, verified);
  await verifyTrees(root, prove, verified);
  return verified;
}

async function verifyRecords(root: string, { checked, broken }: VerifiedStore): Promise<void> {
  const folder = join(root, 'records');
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  for (const entry of entries.filter((one) => !one.isDirectory())) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    const text = await readFile(path, 'utf8').catch(whenThere);
    if (text === undefined) continue;
    checked.records += 1;
    const problem = findProblem(() => parseRecord(text, name));
    if (problem) broken.push({ kind: 'record', name, problem });
    if (problem) await rm(path, { force: true });
  }
}

function findProblem(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function verifyBlobs(root: string, { checked, broken }: VerifiedStore): Promise<void> {
  for (const name of await readdir(join(root, 'blobs/sha256')).catch(() => [])) {
    const digest: Digest = `sha256:${name}`;
    const path = isDigest(digest) ? blobPath(root, digest) : join(root, 'blobs/sha256', name);
    const found = await digestFile(path).catch(whenThere);
    if (found === undefined) continue;
    checked.blobs += 1;
    if (found === digest) continue;
    broken.push({ kind: 'blob', name: digest, problem: `its content has the digest ${found}` });
    await rm(path, { force: true, recursive: true });
  }
}

async function digestFile(path: string): Promise<string> {
  if (!(await lstat(path)).isFile()) return 'of no file';
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}

async function verifyTrees(root: string, prove: TreeProof, verified: VerifiedStore): Promise<void> {
  const oldestLease = await findOldestLease(root);
  for (const key of await readdir(join(root, 'trees')).catch(() => [])) {
    const path = join(root, 'trees', key);
    const answer = await proveTree(root, key, prove).catch(whenThere);
    if (answer === undefined) continue;
    verified.checked.trees += 1;
    if (answer === 'right') continue;
    if (answer === 'unknown') {
      if ((await lstat(path)).mtimeMs >= oldestLease) continue;
      verified.unknown.push(key);
    } else verified.broken.push({ kind: 'tree', name: key, problem: answer.problem });
    await removeTree(root, path);
  }
}

async function proveTree(root: string, key: string, prove: TreeProof): ReturnType<TreeProof> {
  const path = join(root, 'trees', key);
  if (!(await lstat(path)).isDirectory()) return { problem: 'it is no folder' };
  const seal = await readRecord(root, SEALS, key);
  if (seal === undefined) return prove(key, path);
  return digestTree(path) === seal ? 'right' : { problem: 'its content is not what was put there' };
}

/** Somebody else may remove anything meanwhile. */
function whenThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
