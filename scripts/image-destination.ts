import type { Destination } from '@dema/engine';
import type { ImageOrIndex, NamedContent } from '@dema/oci';
import type { Digest } from '@dema/store';

/** Where images go, and indexes of images for several platforms as well. */
export interface ImageDestination extends Destination {
  /** What stands under a name: an image, or an index with its images; with the name that it has there, if any. */
  findImageOrIndex(reference: string): Promise<NamedContent | undefined>;
  put(reference: string, found: ImageOrIndex): Promise<{ digest: Digest }>;
}
