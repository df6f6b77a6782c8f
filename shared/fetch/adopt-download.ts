import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Digest, Store } from '@dema/store';

/**
 * Takes over a file that somebody else downloaded into a store of downloads, so that it is found by its SHA-256 and by
 * its SHA-512, which npm's registries know. Faults: STORE_BLOB_CORRUPT when it is not what its digest says.
 */
export async function adoptDownload(store: Store, file: string, digest: Digest): Promise<void> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  await store.adoptBlob(file, digest);
  await store.writeRecord('checksums', `sha512:${hash.digest('hex')}`, digest);
}
