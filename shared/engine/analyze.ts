import { isFault } from '@dema/errors';
import type { Image } from '@dema/oci';
import type { Digest } from '@dema/store';
import type { OnBuildEvent } from './events.ts';
import { findLifecycleMetadata, type LifecycleMetadata } from './lifecycle-metadata.ts';

/** Where finished images go, and where the ones before them are found; an image store is one. */
export interface Destination {
  find(reference: string): Promise<{ digest: Digest; image: Image } | undefined>;
  put(reference: string, image: Image): Promise<{ digest: Digest }>;
}

export interface PreviousImage {
  image: Image;
  metadata: LifecycleMetadata;
}

/** The image of an earlier build, if there is one that is whole and buildpacks made it. */
export async function analyze(
  { images, reference }: { images: Destination; reference: string },
  onEvent: OnBuildEvent,
): Promise<PreviousImage | undefined> {
  const { stored, problem } = await findWhole(images, reference);
  const metadata = stored && findLifecycleMetadata(stored.image);
  onEvent({ type: 'previous-image', digest: metadata && stored?.digest, ...(problem && { problem }) });
  return stored && metadata && { image: stored.image, metadata };
}

const DAMAGED = /^OCI_(IMAGE|BLOB|LAYER|LAYOUT_INVALID|ARCHIVE)/;

/** A damaged image is none: this build is what mends it. */
async function findWhole(images: Destination, reference: string) {
  try {
    return { stored: await images.find(reference) };
  } catch (error) {
    if (isFault(error) && DAMAGED.test(error.code)) return { problem: error.problem };
    throw error;
  }
}
