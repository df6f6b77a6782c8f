import { resolve } from 'node:path';
import { blobPath, hasBlob } from './blobs.ts';
import { readRecord } from './records.ts';
import type { Store } from './store.ts';

/** A store that is only read, for instance because it lies on a read-only mount. */
export type StoreView = Pick<Store, 'root' | 'blobPath' | 'hasBlob' | 'readRecord'>;

/** Makes nothing and removes nothing; a folder that is not there is an empty store. */
export function viewStore(folder: string): StoreView {
  const root = resolve(folder);
  return {
    root,
    blobPath: (digest) => blobPath(root, digest),
    hasBlob: (digest) => hasBlob(root, digest),
    readRecord: (kind, key) => readRecord(root, kind, key),
  };
}
