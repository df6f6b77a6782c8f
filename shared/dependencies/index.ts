export { asFetched } from './as-fetched.ts';
export { composeDebianDependency } from './compose-debian-dependency.ts';
export { type DebianList, parseDebianList } from './debian-list.ts';
export type { Architecture, Dependency, DependencySource } from './dependency.ts';
export { describeEndOfLife } from './end-of-life.ts';
export {
  type FetchDependencyOptions,
  type FetchedDependency,
  fetchDependency,
} from './fetch-dependency.ts';
export { parseInventory } from './inventory.ts';
export { type Mirrors, type OtherAddress, parseMirrors } from './mirrors.ts';
export type { PackageUrl } from './package-url.ts';
export { type Resolution, type ResolveOptions, resolveDependency, type Want } from './resolve-dependency.ts';
export { type UnpackDependencyOptions, unpackDependency } from './unpack-dependency.ts';
