import { isFault } from '@dema/errors';
import { debianOrder } from '@dema/versions';
import type { DebianArchive } from './debian-archive.ts';
import type { DebianArchitecture, LockedPackage } from './debian-package.ts';
import { debianIndexOlder, debianPackageSuperseded } from './faults.ts';
import { mapInParallel } from './map-in-parallel.ts';
import type { PackageIndex } from './package-index.ts';
import { pickLocked } from './package-lock.ts';

export interface FetchLockedOptions {
  /** For which machine; needed for a package that is for `all`. Without it that of the package, else amd64. */
  architecture?: DebianArchitecture;
  /** Refuses another version than the locked one. */
  locked?: boolean;
  /** When the lock was made: an index from before tells nothing of what has replaced its packages. */
  notBefore?: Date;
}

export interface FetchedPackage {
  /** The .deb, verified. */
  path: string;
  /** What it is: the locked package, or the one that took its place. */
  package: LockedPackage;
  /** The locked package, when another was taken. */
  superseded?: LockedPackage;
}

/**
 * The locked package; no index is read as long as the mirror serves it. A mirror drops a package once a point release or a
 * security update has replaced it: then it is the newest version of the signed indexes. Within one release of Debian those
 * are of one line. It never is an older one.
 */
export async function fetchLocked(
  archive: DebianArchive,
  locked: LockedPackage,
  { architecture, locked: strict = false, notBefore }: FetchLockedOptions = {},
): Promise<FetchedPackage> {
  try {
    return { path: await archive.fetch(locked), package: locked };
  } catch (error) {
    if (!isFault(error, 'FETCH_NOT_FOUND')) throw error;
  }
  const index = await archive.packages(architecture ?? (locked.architecture === 'arm64' ? 'arm64' : 'amd64'));
  if (notBefore) refuseOlderIndex(index, notBefore);
  const newest = index.find(locked.name).find(({ version }) => debianOrder.compare(version, locked.version) > 0);
  const name = `${locked.name} ${locked.version} (${locked.architecture})`;
  if (!newest || strict) throw debianPackageSuperseded(name, newest?.version);
  const taken = pickLocked(newest);
  return { path: await archive.fetch(taken), package: taken, superseded: locked };
}

/** Fault DEBIAN_INDEX_OLDER for a state of the archive from before a lock was made. */
export function refuseOlderIndex({ date }: Pick<PackageIndex, 'date'>, locked: Date): void {
  if (date < locked) throw debianIndexOlder(date, locked);
}

const DOWNLOADS = 6;

/** All of them, in their order, several at a time. */
export function fetchAllLocked(
  archive: DebianArchive,
  packages: LockedPackage[],
  options?: FetchLockedOptions,
): Promise<FetchedPackage[]> {
  return mapInParallel(packages, DOWNLOADS, (pkg) => fetchLocked(archive, pkg, options));
}
