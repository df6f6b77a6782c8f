export {
  type BaseImageEvent,
  type BaseImageOptions,
  findMissingPackages,
  makeBuildImage,
  makeRunImage,
} from './base-image.ts';
export { listBuiltIn } from './builder-folder.ts';
export { readImagePackages } from './image-packages.ts';
export { type BuilderDefinition, readBuilder } from './read-builder.ts';
export { type LockUpdate, updateBuilderLocks } from './update-builder.ts';
