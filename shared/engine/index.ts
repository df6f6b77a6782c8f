export type { Destination } from './analyze.ts';
export { explainRefusal } from './bubblewrap.ts';
export { type BuildRequest, buildImage, detectApp, type ImageRequest } from './build-image.ts';
export type { Bubblewrap, Builder, BuildpackFolder, GroupMember, Target } from './builder.ts';
export type { BuildEvent, OnBuildEvent, Phase, Verdict } from './events.ts';
export type { ExportedImage } from './export.ts';
export { BUILD_LABEL, type BuildLabel, findLifecycleMetadata, type LifecycleMetadata } from './lifecycle-metadata.ts';
export { type RunRequest, runImage } from './run-image.ts';
