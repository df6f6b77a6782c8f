import { stat, utimes } from 'node:fs/promises';

/** Milliseconds since 1970. What this process uses bears a time that is not earlier. */
export const PROCESS_START = performance.timeOrigin;

/**
 * Whether a blob or a tree is there; if so it bears the time of its last use from then on, once for each process: that is
 * what a collection of what nobody uses goes by.
 */
export async function markUsed(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.mtimeMs >= PROCESS_START) return found !== undefined;
  const now = new Date();
  try {
    await utimes(path, now, now);
  } catch (error) {
    // Somebody removed it just now. What cannot be marked, on a read-only disk for instance, is there all the same.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
  return true;
}
