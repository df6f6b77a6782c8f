import { constants } from 'node:fs';
import { cp, lstat } from 'node:fs/promises';

/** Copies a folder with its modes and links. Sockets, pipes and devices cannot be copied; a program that needs them makes them anew. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE, filter: isCopyable });
}

async function isCopyable(path: string): Promise<boolean> {
  const found = await lstat(path);
  return found.isFile() || found.isDirectory() || found.isSymbolicLink();
}
