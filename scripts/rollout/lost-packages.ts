import { type Image, type ImageOrIndex, isIndex } from '@dema/oci';
import { findPackagesOfBase } from '@dema/spec';
import { diffPackages, namesOfLost } from '../rebase/package-changes.ts';

/** Packages that a published run image has and the new ones lack, each for its processor, as far as both say what they hold. */
export async function findLostPackages(published: ImageOrIndex, images: readonly Image[]): Promise<string[]> {
  const old = isIndex(published) ? await Promise.all(published.entries.map((entry) => entry.image())) : [published];
  const lost = old.flatMap((one) => {
    const fresh = images.find(({ config }) => config.architecture === one.config.architecture);
    const [before, after] = [packagesOf(one), fresh && packagesOf(fresh)];
    return before && after ? namesOfLost(diffPackages(before, after)) : [];
  });
  return [...new Set(lost)].sort();
}

function packagesOf({ config }: Image) {
  return findPackagesOfBase(config.config?.Labels ?? {});
}
