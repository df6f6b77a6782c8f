import { chmod, cp, lstat, mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestTree } from './digest-tree.ts';
import { writeRecord } from './records.ts';
import { removeFolder } from './remove-folder.ts';
import { tempPath, withTempFolder } from './temp-folders.ts';
import { markUsed } from './use.ts';

/** Kind of the records with the digests of trees, by key. */
export const SEALS = 'tree-seals';

export interface PutTreeOptions {
  /** The digest of the tree is not written down: its key says what must be in it, and somebody can prove that. */
  isProvable?: boolean;
}

export function treePath(root: string, key: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._+-]{0,200}$/.test(key)) throw new Error(`not a key of a tree: ${key}`);
  return join(root, 'trees', key);
}

export async function findTree(root: string, key: string): Promise<string | undefined> {
  const path = treePath(root, key);
  return (await markUsed(path)) ? path : undefined;
}

export async function putTree(
  root: string,
  key: string,
  fill: (dir: string) => Promise<void>,
  { isProvable = false }: PutTreeOptions = {},
): Promise<string> {
  const path = treePath(root, key);
  await withTempFolder(join(root, 'tmp'), async (temp) => {
    const dir = join(temp, 'tree');
    await mkdir(dir);
    await fill(dir);
    const seal = isProvable ? undefined : digestTree(dir);
    await mkdir(dirname(path), { recursive: true });
    const isOurs = await moveFolder(dir, path);
    if (!isOurs) await markUsed(path);
    else if (seal) await writeRecord(root, SEALS, key, seal);
  });
  return path;
}

/** Takes the tree away at once, so that nobody sees half of it, and then removes it. */
export async function removeTree(root: string, path: string): Promise<void> {
  const aside = tempPath(join(root, 'tmp'));
  const found = await lstat(path);
  if (found.isDirectory()) await moveFolder(path, aside);
  await removeFolder(found.isDirectory() ? aside : path);
}

/** Moves a folder, also to another file system, and one that its owner may not write to; where `to` is there already it stays, and the answer is false. */
export async function moveFolder(from: string, to: string): Promise<boolean> {
  // A folder moves to another parent only while its owner may write to it.
  const mode = (await stat(from)).mode & 0o7777;
  if (!(mode & 0o200)) await chmod(from, mode | 0o700);
  try {
    await rename(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    if (code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true, verbatimSymlinks: true });
    await removeFolder(from);
  }
  if (!(mode & 0o200)) await chmod(to, mode);
  return true;
}
