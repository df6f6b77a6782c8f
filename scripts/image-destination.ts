import type { Destination } from '@dema/engine';
import type { ImageOrIndex, NamedContent } from '@dema/oci';
import type { Digest } from '@dema/store';

/** What was found, under the name that it has itself or else that it was asked for by, and where it can be put again. */
export interface FoundContent {
  reference: string;
  found: ImageOrIndex;
  /** Of what a registry has under the name. */
  digest?: Digest;
  images: ImageDestination;
}

/** Where images go, and indexes of images for several platforms as well. */
export interface ImageDestination extends Destination {
  /** What stands under a name: an image, or an index with its images; with the name that it has there, if any. */
  findImageOrIndex(reference: string): Promise<NamedContent | undefined>;
  put(reference: string, found: ImageOrIndex): Promise<{ digest: Digest }>;
}
