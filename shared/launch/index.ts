export { bundleLauncher } from './bundle.ts';
export {
  findMissingLauncherPackages,
  type LauncherLayerOptions,
  makeLauncherLayer,
  readLauncherPackages,
} from './make-launcher-layer.ts';
