import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, isDigest } from './digest.ts';
import { blobCorrupt } from './faults.ts';
import { retryAfterRemoval } from './retry-after-removal.ts';
import { tempPath } from './temp-folders.ts';
import { markUsed } from './use.ts';

export interface StoredBlob {
  digest: Digest;
  /** Bytes. */
  size: number;
  path: string;
}

export function blobPath(root: string, digest: Digest): string {
  if (!isDigest(digest)) throw new Error(`not a digest: ${digest}`);
  return join(root, 'blobs', 'sha256', digest.slice('sha256:'.length));
}

export async function hasBlob(root: string, digest: Digest): Promise<boolean> {
  return markUsed(blobPath(root, digest));
}

/** Nothing can be seen under the blob's name before all of it is there and right. */
export async function putBlob(root: string, source: AsyncIterable<Uint8Array>, expected?: Digest): Promise<StoredBlob> {
  const temp = tempPath(join(root, 'tmp'));
  try {
    const { digest, size } = await writeHashed(temp, source);
    if (expected && digest !== expected) throw blobCorrupt(digest, expected);
    const path = blobPath(root, digest);
    await mkdir(dirname(path), { recursive: true });
    await rename(temp, path);
    return { digest, size, path };
  } catch (error) {
    await unlink(temp).catch(() => undefined);
    throw error;
  }
}

/** The file is copied while it is hashed: whoever wrote it may still hold it open. */
export async function adoptBlob(root: string, file: string, expected: Digest): Promise<void> {
  if (!(await hasBlob(root, expected))) {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!(await handle.stat()).isFile()) throw blobCorrupt('not a file', expected);
      await putBlob(root, handle.createReadStream({ autoClose: false, highWaterMark: 1 << 20 }), expected);
    } finally {
      await handle.close();
    }
  }
  await unlink(file);
}

async function writeHashed(path: string, source: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  const handle = await retryAfterRemoval(dirname(path), () => open(path, 'wx', 0o644));
  try {
    for await (const chunk of source) {
      hash.update(chunk);
      size += chunk.length;
      await writeWhole(handle, chunk);
    }
  } catch (error) {
    // For the fault of a full disk, which says how much was to be written.
    throw error instanceof Error ? Object.assign(error, { needed: size }) : error;
  } finally {
    await handle.close();
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

async function writeWhole(handle: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.length; ) {
    offset += (await handle.write(chunk, offset)).bytesWritten;
  }
}
