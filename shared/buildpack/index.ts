export { type Blame, type Fault, fault } from '@dema/errors';
export type { LaunchContext, LaunchFiles, LaunchHelper } from '@dema/launch';
export type { BuildContext, PlanEntry, Target } from './build-context.ts';
export { type BundledFile, bundleLaunchHelpers, bundlePrograms } from './bundle.ts';
export { COMMON_SETTINGS } from './common-settings.ts';
export {
  type AnyBuildpack,
  type Buildpack,
  defineBuildpack,
  type Found,
  found,
  type InspectContext,
  type Plan,
  type Requirement,
  type Skip,
  skip,
} from './define-buildpack.ts';
export type { Dependencies, ResolvedDependency } from './dependencies.ts';
export { describeSettings } from './describe-settings.ts';
export type { Exec, ExecOptions, RunProgram } from './exec.ts';
export type { Folder } from './folder.ts';
export { type FolderView, viewFolder } from './folder-view.ts';
export type { TextPosition } from './json-position.ts';
export type { KnownFailure } from './known-failure.ts';
export type { Launch } from './launch.ts';
export type { HelperOptions } from './launch-helpers.ts';
export type { LayerEnv } from './layer-env.ts';
export type { Keyed, LayerKey } from './layer-key.ts';
export type { CreateLayer, Layer, LayerOptions, NewLayer } from './layers.ts';
export { formatDuration, type Log } from './log.ts';
export { packageBuildpack } from './package-buildpack.ts';
export { runBuildpack, runPhase } from './run-buildpack.ts';
export {
  choice,
  flag,
  folder,
  list,
  number,
  type Setting,
  type Settings,
  text,
  type Values,
} from './settings.ts';
export type { World } from './world.ts';
