import { findLifecycleMetadata, type NewRunImage, rebaseImage } from '@dema/engine';
import type { Image } from '@dema/oci';
import type { Digest } from '@dema/store';
import { findImage } from './destination.ts';
import { diffPackages, type PackageChange, readDebianPackages } from './image-packages.ts';
import type { Workplace } from './workplace.ts';

export interface RebaseChoices {
  runImage: NewRunImage;
  /** Rebases though the two images do not say that they fit. */
  force?: boolean;
}

export interface RebasedImage {
  reference: string;
  digest: Digest;
  before: Digest;
  /** Debian packages of the run image. */
  packages: PackageChange[];
}

/** Puts an image on another run image, under the same name. Nothing is written when it stands on that one. */
export async function rebaseNamed(
  workplace: Workplace,
  name: string,
  { runImage, force }: RebaseChoices,
): Promise<RebasedImage> {
  const { image, reference, digest: before, images } = await findImage(workplace, name);
  const metadata = findLifecycleMetadata(image);
  const rebased = rebaseImage(image, runImage, { force });
  if (metadata?.runImage.topLayer === runImage.image.config.rootfs.diff_ids.at(-1)) {
    return { reference, digest: before, before, packages: [] };
  }
  // What the old run image held goes with the name.
  const packages = await comparePackages(image, runImage.image);
  const { digest } = await images.put(reference, rebased);
  return { reference, digest, before, packages };
}

/** Layers that app and run image share, or that came with an app, are not looked at. */
async function comparePackages(app: Image, base: Image): Promise<PackageChange[]> {
  const count = base.layers.length;
  const [before, after] = await Promise.all([app.layers.slice(0, count), base.layers].map(readDebianPackages));
  return before && after ? diffPackages(before, after) : [];
}
