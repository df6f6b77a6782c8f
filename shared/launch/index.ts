export { bundleHelper, bundleHelperRunner, bundleLauncher } from './bundle.ts';
export type { HandedOver, LaunchContext, LaunchFiles, LaunchHelper } from './launch-context.ts';
export { makeHelperRuntime } from './make-helper-runtime.ts';
export {
  findMissingLauncherPackages,
  type LauncherLayerOptions,
  makeLauncherLayer,
  readLauncherPackages,
} from './make-launcher-layer.ts';
