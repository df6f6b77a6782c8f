export type { Destination } from './analyze.ts';
export { buildLabel } from './app-image.ts';
export { bubblewrapCommand, explainRefusal } from './bubblewrap.ts';
export { type BuildRequest, type BuiltImage, buildImage, detectApp, type ImageRequest } from './build-image.ts';
export { type FoundBuildLabel, findBuildLabel } from './build-label.ts';
export {
  BUILDPACKS_DIR,
  type Bubblewrap,
  type Builder,
  type BuildpackFolder,
  EXTENSIONS_DIR,
  type GroupMember,
  isOfKit,
  RUNTIME_ID,
  type Runtime,
  type Target,
} from './builder.ts';
export { asContainerOf, checkBuilderContainer, readBuilderContainer } from './builder-container.ts';
export { type BuilderImage, readBuilderImage } from './builder-image.ts';
export { findBuilderLauncher } from './builder-launcher.ts';
export { type BuilderLifecycle, createLifecycleLayer, type LifecycleSource } from './builder-lifecycle.ts';
export { type BuilderModule, moduleName } from './builder-module.ts';
export { readBuilt } from './built-buildpack.ts';
export { type BuilderParts, composeBuilder } from './compose-builder.ts';
export { type BuildpackageOptions, composeBuildpackage } from './compose-buildpackage.ts';
export { copyApp } from './copy-app.ts';
export { baseEnvironment, givenEnvironment, phaseVariables, withBuildLayers, withPlatformEnv } from './environment.ts';
export type { BuildEvent, OnBuildEvent, Phase, Verdict } from './events.ts';
export { expandOrder, listBuildpacks } from './expand-order.ts';
export type { ExportedImage } from './export.ts';
export { type Clients, type HostSettings, writeHostSettings } from './host-settings.ts';
export { processTypeEntries } from './launch-metadata.ts';
export {
  type BuildLabel,
  findLifecycleMetadata,
  type LayerMetadata,
  type LifecycleMetadata,
} from './lifecycle-metadata.ts';
export { findMissingBubblewrapPackages, makeBubblewrap } from './make-bubblewrap.ts';
export { createModuleLayer } from './module-layer.ts';
export { followLinks } from './mount-points.ts';
export { withoutMet } from './plan-entries.ts';
export { planRestoration } from './plan-restoration.ts';
export { checkPort } from './port.ts';
export { createKeptLayersProof } from './prove-kept-layers.ts';
export { readBuildImage } from './read-build-image.ts';
export { readOutput } from './read-output.ts';
export { type NewRunImage, type RebaseOptions, readAppMetadata, rebaseImage } from './rebase.ts';
export { type RunRequest, runImage } from './run-image.ts';
export { runInSandbox } from './sandbox.ts';
export { readSbomLayer } from './sbom-layer.ts';
export { settleOrder } from './settle-order.ts';
export { alternativesOf, type Settlement, settlePlan } from './settle-plan.ts';
export { divideIntoSlices } from './slices.ts';
export { findTargetMismatch } from './target-mismatch.ts';
export { BUILD_BINDINGS_DIR, checkVolumes, parseVolume, RUN_BINDINGS_DIR, type Volume } from './volume.ts';
export type { Progress } from './watch-progress.ts';
export { checkApp } from './with-session.ts';
