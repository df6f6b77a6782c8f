import { createKeptLayersProof } from '@dema/engine';
import { createLayerTreeProof, type VerifiedImages, verifyImages } from '@dema/oci';
import { type TreeProof, type VerifiedStore, verifyStore } from '@dema/store';
import type { Workplace } from './workplace.ts';

export interface VerifiedCache {
  store: VerifiedStore;
  downloads: VerifiedStore;
  images: VerifiedImages;
}

/** Reads everything that is kept, cache and images, and removes what is broken. */
export async function verifyCache({ store, downloads, images }: Workplace): Promise<VerifiedCache> {
  const verifiedImages = await verifyImages(images);
  const proofs = [await createLayerTreeProof(store, images), await createKeptLayersProof(store)];
  return {
    images: verifiedImages,
    downloads: await verifyStore(downloads.root, async () => 'unknown'),
    store: await verifyStore(store.root, (key, path) => askProofs(proofs, key, path)),
  };
}

async function askProofs(proofs: TreeProof[], key: string, path: string): ReturnType<TreeProof> {
  for (const prove of proofs) {
    const answer = await prove(key, path);
    if (answer !== 'unknown') return answer;
  }
  return 'unknown';
}
