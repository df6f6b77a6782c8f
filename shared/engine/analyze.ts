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

/** The image that an earlier build left under the same reference, if there is one and buildpacks made it. */
export async function analyze(
  images: Destination,
  reference: string,
  onEvent: OnBuildEvent,
): Promise<PreviousImage | undefined> {
  const stored = await images.find(reference);
  const metadata = stored && findLifecycleMetadata(stored.image);
  onEvent({ type: 'previous-image', digest: metadata && stored?.digest });
  return stored && metadata && { image: stored.image, metadata };
}
