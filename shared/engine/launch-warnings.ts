import type { BuiltBuildpack } from './built-buildpack.ts';

export interface LaunchWarning {
  buildpack: string;
  text: string;
}

/** What the `launch.toml` files of a build say to no effect, or to one that nobody may have meant. */
export function launchWarnings(built: readonly BuiltBuildpack[]): LaunchWarning[] {
  const warnings: LaunchWarning[] = [];
  let byDefault: string | undefined;
  for (const { descriptor, launch } of built) {
    const { id } = descriptor.buildpack;
    const warn = (text: string) => warnings.push({ buildpack: id, text });
    if (launch.bom) warn('launch.toml has [[bom]], which SBOM files have replaced');
    for (const { type, ignoresWorkingDir, default: isDefault } of launch.processes) {
      if (ignoresWorkingDir) warn(`the working-dir of process ${type} needs Buildpack API 0.8, and is not used`);
      if (isDefault) byDefault = type;
      else if (type === byDefault) {
        warn(`process ${type} was the default, and is none any more since it is defined anew without default = true`);
        byDefault = undefined;
      }
    }
  }
  return warnings;
}
