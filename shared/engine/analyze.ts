import type { Image, ImageStore } from '@dema/oci';
import type { OnBuildEvent } from './events.ts';
import { findLifecycleMetadata, type LifecycleMetadata } from './lifecycle-metadata.ts';

export interface PreviousImage {
  image: Image;
  metadata: LifecycleMetadata;
}

/** The image that an earlier build left under the same reference, if there is one and buildpacks made it. */
export async function analyze(
  images: ImageStore,
  reference: string,
  onEvent: OnBuildEvent,
): Promise<PreviousImage | undefined> {
  const stored = await images.find(reference);
  const metadata = stored && findLifecycleMetadata(stored.image);
  onEvent({ type: 'previous-image', digest: metadata && stored?.digest });
  return stored && metadata && { image: stored.image, metadata };
}
