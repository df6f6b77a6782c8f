import { chmod, mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withTempFolder } from './temp-folders.ts';

export function treePath(root: string, key: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._+-]{0,200}$/.test(key)) throw new Error(`not a key of a tree: ${key}`);
  return join(root, 'trees', key);
}

export async function findTree(root: string, key: string): Promise<string | undefined> {
  const path = treePath(root, key);
  return (await stat(path).catch(() => undefined)) ? path : undefined;
}

export async function putTree(root: string, key: string, fill: (dir: string) => Promise<void>): Promise<string> {
  const path = treePath(root, key);
  await withTempFolder(join(root, 'tmp'), async (temp) => {
    const dir = join(temp, 'tree');
    await mkdir(dir);
    await fill(dir);
    await mkdir(dirname(path), { recursive: true });
    await moveFolder(dir, path);
  });
  return path;
}

/** Renames a folder, also one that its owner may not write to; where `to` is there already it stays. */
export async function moveFolder(from: string, to: string): Promise<void> {
  // A folder moves to another parent only while its owner may write to it.
  const mode = (await stat(from)).mode & 0o7777;
  if (!(mode & 0o200)) await chmod(from, mode | 0o700);
  try {
    await rename(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
    throw error;
  }
  if (!(mode & 0o200)) await chmod(to, mode);
}
