export { type LauncherLayerOptions, makeLauncherLayer, readLauncherPackages } from './make-launcher-layer.ts';
