import { mkdir } from 'node:fs/promises';

/** Tries once more when `folder` is gone: anything in a store may be removed at any time, its own folders too. */
export async function retryAfterRemoval<T>(folder: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(folder, { recursive: true });
    return act();
  }
}
