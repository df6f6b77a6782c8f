import type { Store } from '@dema/store';
import type { LockedPackage } from './debian-package.ts';

/** Those of the packages that the store of downloads does not hold, and that have to be fetched therefore. */
export async function findUnheld(packages: LockedPackage[], downloads: Store): Promise<LockedPackage[]> {
  const held = await Promise.all(packages.map(({ sha256 }) => downloads.hasBlob(`sha256:${sha256}`)));
  return packages.filter((_, index) => !held[index]);
}
