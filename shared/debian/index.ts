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
export { type FetchedPackage, type FetchLockedOptions, fetchLocked, refuseOlderIndex } from './fetch-locked.ts';
export { type DebianMirror, findDebianMirror } from './find-debian-mirror.ts';
export { type HostArchiveOptions, openHostArchive } from './host-archive.ts';
export { packageEntries } from './package-entries.ts';
export type { PackageIndex } from './package-index.ts';
export { ARCHITECTURES, type PackageLock, parsePackageLock, pickLocked, renderPackageLock } from './package-lock.ts';
