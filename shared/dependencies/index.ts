export { asFetched } from './as-fetched.ts';
export { composeDebianDependency } from './compose-debian-dependency.ts';
export { type DebianList, parseDebianList } from './debian-list.ts';
export type { Architecture, Dependency, DependencySource } from './dependency.ts';
export { describeEndOfLife } from './end-of-life.ts';
export { lockMissing, lockUnsatisfied } from './faults.ts';
export {
  type FetchDependencyOptions,
  type FetchedDependency,
  fetchDependency,
} from './fetch-dependency.ts';
export { findNpmRelease } from './find-npm-release.ts';
export { parseInventory } from './inventory.ts';
export { type DependencyLock, LOCK_FILE, parseLock, renderLock, updateLock } from './lock-file.ts';
export { type Mirrors, type OtherAddress, parseMirrors } from './mirrors.ts';
export type { PackageUrl } from './package-url.ts';
export { parsePackagedInventory, toPackaged } from './packaged-inventory.ts';
export {
  type Candidate,
  findExactVersion,
  type Resolution,
  type ResolveOptions,
  resolveDependency,
  type Want,
} from './resolve-dependency.ts';
export { resolveLocked } from './resolve-locked.ts';
export { restrictSources } from './source-policy.ts';
export { type UnpackDependencyOptions, unpackDependency } from './unpack-dependency.ts';
