import { findLifecycleMetadata, type NewRunImage, rebaseImage } from '@dema/engine';
import type { Image } from '@dema/oci';
import { findBasePackages, findPackagesOfBase } from '@dema/spec';
import type { Digest } from '@dema/store';
import { findImage } from './destination.ts';
import { diffPackages, type PackageChange } from './package-changes.ts';
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
  /** Distribution packages of the run image, as far as both images say what they hold. */
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
  const { digest } = await images.put(reference, rebased);
  return { reference, digest, before, packages: comparePackages(image, runImage.image) };
}

/** By what the two images say of themselves, so that no layer is read; nothing where one of them does not say. */
function comparePackages(app: Image, base: Image): PackageChange[] {
  const before = findBasePackages(app.config.config?.Labels ?? {});
  const after = findPackagesOfBase(base.config.config?.Labels ?? {});
  return before && after ? diffPackages(before, after) : [];
}
