export { findMadeDigest } from './assembly-key.ts';
export { makesOwnImage } from './base-folder.ts';
export {
  type BaseImageEvent,
  type BaseImageOptions,
  findMissingPackages,
  makeBuildImage,
  makeRunImage,
} from './base-image.ts';
export { readBaseNames } from './base-names.ts';
export { listBuiltIn } from './builder-folder.ts';
export { readImagePackages, readLockedPackages } from './image-packages.ts';
export type { ImageRole } from './image-role.ts';
export { type BuilderDefinition, readBuilder } from './read-builder.ts';
export { type LockUpdate, makeMissingLocks, updateBuilderLocks } from './update-builder.ts';
