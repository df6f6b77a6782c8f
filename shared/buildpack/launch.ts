import type * as sbom from '@dema/sbom';
import { type LaunchDescriptor, renderLaunchToml } from '@dema/spec';

export interface ProcessOptions {
  /** `web`, `worker`, ... */
  type: string;
  /** Program and fixed arguments; no shell is involved. */
  command: string[];
  /** Arguments that somebody who starts the image may replace. */
  args?: string[];
  /** What runs when no type is named. */
  default?: boolean;
  /** Without one, the app's root. */
  workingDir?: string;
}

/** What is said of the finished image. */
export interface Launch {
  process(options: ProcessOptions): void;
  label(key: string, value: string): void;
  /** Files of the app that become an image layer of their own: glob patterns relative to the app's root, a folder stands for all below it. */
  slice(...paths: string[]): void;
  /**
   * What the app's folder holds in the image, for its SBOM: `contains(({ readNpmPackages }) => readNpmPackages(folder))`.
   * It is found at once, and not at all when the user wants no SBOM.
   */
  contains(find: (from: typeof sbom) => sbom.Component[]): Promise<void>;
}

export interface LaunchRecorder extends Launch {
  /** `launch.toml`; undefined when there is nothing to say. */
  render(api: string): string | undefined;
  components: sbom.Component[];
}

export function recordLaunch({ describe }: { describe: boolean }): LaunchRecorder {
  const components: sbom.Component[] = [];
  const launch: LaunchDescriptor = { labels: [], processes: [], slices: [] };
  return {
    process({ type, command, args = [], workingDir, default: isDefault = false }) {
      launch.processes.push({ type, command, args, direct: true, default: isDefault, workingDir });
    },
    label: (key, value) => void launch.labels.push({ key, value }),
    slice: (...paths) => void launch.slices.push({ paths }),
    components,
    async contains(find) {
      if (describe) components.push(...find(await import('@dema/sbom')));
    },
    render(api) {
      const isEmpty = launch.processes.length + launch.labels.length + launch.slices.length === 0;
      return isEmpty ? undefined : renderLaunchToml(launch, api);
    },
  };
}
