import { open } from 'node:fs/promises';

/** No manifest, index or configuration is larger. */
const LARGEST = 32 * 1024 * 1024;

/** A file that describes an image, which is held in memory; undefined when it is larger than any. Errors of the system as they are. */
export async function readDescription(path: string): Promise<Buffer | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    return size > LARGEST ? undefined : await file.readFile();
  } finally {
    await file.close();
  }
}
