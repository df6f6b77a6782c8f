import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** More than any file that the specification knows. */
export const LARGEST_OUTPUT = 32 * 1024 * 1024;

/**
 * A file that code of the sandbox left, or that came with an image. It is read with the rights of whoever runs the build, so
 * only a regular file counts: a link could lead to any file of the host, reading a pipe would never end.
 */
export async function readOutput(path: string): Promise<string | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EACCES'].includes(error.code ?? '')) return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    return stats.isFile() && stats.size <= LARGEST_OUTPUT ? await file.readFile('utf8') : undefined;
  } finally {
    await file.close();
  }
}
