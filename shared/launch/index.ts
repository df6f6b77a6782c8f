export { bundleLauncher } from './bundle.ts';
export { type LauncherLayerOptions, makeLauncherLayer, readLauncherPackages } from './make-launcher-layer.ts';
