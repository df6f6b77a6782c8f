import { isFault } from '@dema/errors';
import type { Digest, Store } from '@dema/store';
import { isIndexContent, manifestsOf } from './image-index.ts';
import { parseObject } from './parse-object.ts';
import { parseManifest, readBlob } from './read-image.ts';

/** All that an image or an index in a store consists of, itself first; of a manifest that is lost nothing more. Fault: OCI_IMAGE_INVALID. */
export async function listBlobs(store: Pick<Store, 'blobPath'>, digest: Digest): Promise<Digest[]> {
  const content = await readBlob(store, digest).catch(whenMissing);
  if (content === undefined) return [digest];
  if (!isIndexContent(content, digest)) {
    const { config, layers } = parseManifest(content, digest);
    return [digest, config.digest, ...layers.map((layer) => layer.digest)];
  }
  const images = manifestsOf(parseObject(content, digest)).map((one) => listBlobs(store, one.digest));
  return [digest, ...(await Promise.all(images)).flat()];
}

function whenMissing(error: unknown): undefined {
  if (!isFault(error, 'OCI_BLOB_MISSING')) throw error;
  return undefined;
}
