import type { Image } from './image.ts';

/** The bytes that an image was read from. */
export interface Original {
  /** None of an archive in Docker's form. */
  manifest?: Uint8Array;
  config: Uint8Array;
}

const originals = new WeakMap<Image, Original>();

/**
 * Notes what an image was read from, so that it is written back as it was, with the same digest, fields that we do not know included.
 * Any change makes another value, for which nothing is noted.
 */
export function noteOriginal(image: Image, original: Original): Image {
  originals.set(image, original);
  return image;
}

export function findOriginal(image: Image): Original | undefined {
  return originals.get(image);
}
