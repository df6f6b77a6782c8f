import { join } from 'node:path';
import { type ImageStore, openImageStore } from '@dema/oci';
import { determineDataRoot, determineStoreRoot, holdStore, openStore, type Store } from '@dema/store';

/** The folders that every command works with: what can be made again, what was downloaded, and the images. */
export interface Workplace {
  store: Store;
  downloads: Store;
  images: ImageStore;
}

export async function openWorkplace(env: NodeJS.ProcessEnv): Promise<Workplace> {
  const root = determineStoreRoot(env);
  const [store, downloads] = await Promise.all([openStore(root), openStore(join(root, 'downloads'))]);
  await Promise.all([store, downloads].map((one) => holdStore(one.root)));
  return { store, downloads, images: await openImageStore(join(determineDataRoot(env), 'images'), store) };
}
