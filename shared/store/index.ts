export type { StoredBlob } from './blobs.ts';
export { clearStore } from './clear-store.ts';
export { type Digest, digestOf, isDigest } from './digest.ts';
export { digestFiles } from './digest-files.ts';
export { removeFolder } from './remove-folder.ts';
export { determineDataRoot, determineStoreRoot } from './roots.ts';
export { openStore, type Store } from './store.ts';
export { moveFolder } from './trees.ts';
export { type StoreView, viewStore } from './view-store.ts';
