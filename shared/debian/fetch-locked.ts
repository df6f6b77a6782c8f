import { isFault } from '@dema/errors';
import type { DebianArchive } from './debian-archive.ts';
import type { DebianArchitecture, LockedPackage } from './debian-package.ts';
import { debianPackageSuperseded } from './faults.ts';
import { pickLocked } from './package-lock.ts';

export interface FetchLockedOptions {
  /** For which machine; needed for a package that is for `all`. Without it that of the package, else amd64. */
  architecture?: DebianArchitecture;
  /** Refuses another version than the locked one. */
  locked?: boolean;
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
 * security update has replaced it: then it is the newest version of the signed indexes.
 */
export async function fetchLocked(
  archive: DebianArchive,
  locked: LockedPackage,
  { architecture, locked: strict = false }: FetchLockedOptions = {},
): Promise<FetchedPackage> {
  try {
    return { path: await archive.fetch(locked), package: locked };
  } catch (error) {
    if (!isFault(error, 'FETCH_NOT_FOUND')) throw error;
  }
  const index = await archive.packages(architecture ?? (locked.architecture === 'arm64' ? 'arm64' : 'amd64'));
  const [newest] = index.find(locked.name);
  const name = `${locked.name} ${locked.version} (${locked.architecture})`;
  if (!newest || strict) throw debianPackageSuperseded(name, newest?.version);
  const taken = pickLocked(newest);
  return { path: await archive.fetch(taken), package: taken, superseded: locked };
}
