import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { type Digest, digestOf } from './digest.ts';
import type { Store } from './store.ts';

const KIND = 'file-digests';

/**
 * Digest of the contents of files and of their order. It is kept by what the file system says of the files (size, inode,
 * time of the last change of any kind), so that they are read again only after one of them changed.
 */
export async function digestFiles(store: Store, files: readonly string[]): Promise<Digest> {
  const stats = await Promise.all(files.map((file) => stat(file, { bigint: true })));
  const key = digestOf(
    stats.map(({ dev, ino, size, ctimeNs }, index) => `${files[index]}\0${dev} ${ino} ${size} ${ctimeNs}`).join('\n'),
  );
  const known = await store.readRecord(KIND, key);
  if (typeof known === 'string') return known as Digest;
  const hash = createHash('sha256');
  for (const content of await Promise.all(files.map((file) => readFile(file)))) {
    hash.update(`${content.length}:`).update(content);
  }
  const digest: Digest = `sha256:${hash.digest('hex')}`;
  await store.writeRecord(KIND, key, digest);
  return digest;
}
