import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { unreadableFile } from './faults.ts';
import { systemPath } from './path-bytes.ts';

const CHUNK = 512 * 1024;
const SMALL = 128 * 1024;

/**
 * The content of a file as an entry's body, in chunks of at most 512 KiB. With a small `size` the file is read at once and
 * without a detour over the thread pool, which for thousands of small files would cost more than the reading.
 */
export function fileBody(
  path: string,
  size = Number.POSITIVE_INFINITY,
): () => AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  return size <= SMALL ? () => readAtOnce(path) : () => readChunks(path);
}

function readAtOnce(path: string): Uint8Array[] {
  try {
    return [readFileSync(systemPath(path))];
  } catch (error) {
    throw asUnreadable(path, error);
  }
}

async function* readChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(systemPath(path)).catch((error: unknown) => {
    throw asUnreadable(path, error);
  });
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function asUnreadable(path: string, error: unknown): unknown {
  return error instanceof Error ? unreadableFile(path, error) : error;
}
