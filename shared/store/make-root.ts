import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { notWritable } from './faults.ts';

/**
 * The folder of a store, with all those that it is in. Node.js can make them by itself, but below `/proc`, where nobody can make
 * one, it tries without end: there is no such folder, though the one above is there. Fault: STORE_NOT_WRITABLE.
 */
export async function makeRoot(root: string): Promise<void> {
  await makeFolder(root).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? notWritable(root, error.path ?? root, error) : error;
  });
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path).catch((again: NodeJS.ErrnoException) => {
      if (again.code !== 'EEXIST') throw again;
    });
  }
}
