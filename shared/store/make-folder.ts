import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * A folder with all those that it is in. Node.js can make them by itself, but below `/proc`, where nobody can make one, it tries
 * without end: there is no such folder, though the one above is there. This ends with ENOENT then.
 */
export async function makeFolder(path: string): Promise<void> {
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
