export { type BaseImageEvent, type BaseImageOptions, makeBuildImage, makeRunImage } from './base-image.ts';
export { type BuilderDefinition, readBuilder } from './read-builder.ts';
