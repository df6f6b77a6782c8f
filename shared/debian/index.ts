export { readFixes } from './changelog.ts';
export { type ClosureOptions, resolveClosure } from './closure.ts';
export { type DebianArchive, type DebianArchiveOptions, openDebianArchive } from './debian-archive.ts';
export {
  type DebianArchitecture,
  type DebianPackage,
  DISTRIBUTION,
  isOfSecurityArchive,
  type LockedPackage,
} from './debian-package.ts';
export {
  type FetchedPackage,
  type FetchLockedOptions,
  fetchAllLocked,
  fetchLocked,
  refuseOlderIndex,
} from './fetch-locked.ts';
export { type DebianMirror, type FoundDebianMirror, findDebianMirror } from './find-debian-mirror.ts';
export { findUnheld } from './find-unheld.ts';
export { type HostArchiveOptions, openHostArchive } from './host-archive.ts';
export { mapInParallel } from './map-in-parallel.ts';
export { packageEntries } from './package-entries.ts';
export { createPackageIndex, type PackageIndex } from './package-index.ts';
export {
  ARCHITECTURES,
  findLockedProblem,
  type PackageLock,
  parsePackageLock,
  pickLocked,
  renderPackageLock,
} from './package-lock.ts';
export { isPruned } from './prune.ts';
