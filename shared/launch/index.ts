export { bundleLauncher } from './bundle.ts';
export { type LauncherLayerOptions, makeLauncherLayer } from './make-launcher-layer.ts';
