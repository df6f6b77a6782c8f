import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Digest, isDigest, type Store, type StoredBlob } from '@dema/store';
import type { Checksum } from './checksum.ts';

const KIND = 'checksums';

/** What the store holds under a checksum; one that is no SHA-256 leads to one by a record. */
export async function findDownloaded(store: Store, checksum: Checksum): Promise<StoredBlob | undefined> {
  const digest = isDigest(checksum) ? checksum : await store.readRecord(KIND, checksum);
  if (!isDigest(digest) || !(await store.hasBlob(digest))) return undefined;
  const path = store.blobPath(digest);
  return { digest, path, size: (await stat(path)).size };
}

/** Only for a checksum that was computed from the content of just this blob. */
export async function rememberChecksum(store: Store, checksum: Checksum | undefined, digest: Digest): Promise<void> {
  if (checksum && checksum !== digest) await store.writeRecord(KIND, checksum, digest);
}

/**
 * Takes a file that somebody else downloaded into the store, so that it is found by its SHA-256, SHA-512 and SHA-1. The
 * checksums are those of what is in the store then, whatever becomes of the file meanwhile.
 * Faults: STORE_BLOB_CORRUPT when it is not what its digest says.
 */
export async function adoptDownload(store: Store, file: string, digest: Digest): Promise<void> {
  await store.adoptBlob(file, digest);
  const sha512 = createHash('sha512');
  const sha1 = createHash('sha1');
  for await (const chunk of createReadStream(store.blobPath(digest), { highWaterMark: 1 << 20 })) {
    sha512.update(chunk);
    sha1.update(chunk);
  }
  await rememberChecksum(store, `sha512:${sha512.digest('hex')}`, digest);
  await rememberChecksum(store, `sha1:${sha1.digest('hex')}`, digest);
}
