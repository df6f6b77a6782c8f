import type * as sbom from '@dema/sbom';
import { type LaunchDescriptor, renderLaunchToml } from '@dema/spec';
import type { HelperOptions, RequestedHelper } from './launch-helpers.ts';
import type { Layer } from './layers.ts';
import { hasKeptSbom } from './sboms.ts';

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
  /** The process "web", which runs when no type is named. */
  web(command: string[], options?: Pick<ProcessOptions, 'args' | 'workingDir'>): void;
  /** Copies a file or a folder, such as one of a build layer, into the image; gives its path there. Programs are on PATH. */
  keep(path: string): Promise<string>;
  label(key: string, value: string): void;
  /**
   * Lets `launch/<name>.ts` of this buildpack run in the finished image before a process starts. It sets variables, in a few
   * milliseconds, and needs nothing of the image.
   */
  helper(name: string, options?: HelperOptions): void;
  /** Files of the app that become an image layer of their own: glob patterns relative to the app's root, a folder stands for all below it. */
  slice(...paths: string[]): void;
  /**
   * Has a folder of a layer (absolute path) stand in the app's folder too, in the image and for later buildpacks; `target`
   * is relative to the app's root and must not be there. For the rest of this build it may be a link to the layer, so
   * that nothing is copied: whatever is to be left out of the app must not be in the layer.
   */
  place(source: string, target: string): Promise<void>;
  /**
   * What the app's folder holds in the image, for its SBOM: `contains(({ readNpmPackages }) => readNpmPackages(folder))`.
   * It is found at once, and not at all when the user wants no SBOM.
   */
  contains(find: (from: typeof sbom) => sbom.Component[], options?: ContainsOptions): Promise<void>;
}

export interface ContainsOptions {
  /**
   * A layer of the cache whose contents change whenever what is found does: it keeps the SBOM, so that with a kept layer
   * nothing is looked for. What is found then has to be all that is said of the app.
   */
  keptIn?: Layer;
}

export interface LaunchRecorder extends Launch {
  /** `launch.toml`; undefined when there is nothing to say. */
  render(api: string): string | undefined;
  components: sbom.Component[];
  /** The layer that keeps the SBOM of the app. */
  keptIn?: Layer;
  helpers: RequestedHelper[];
}

export interface LaunchOptions {
  /** Whether an SBOM is wanted. */
  describe: boolean;
  keep: Launch['keep'];
  place: Launch['place'];
}

export function recordLaunch({ describe, keep, place }: LaunchOptions): LaunchRecorder {
  const components: sbom.Component[] = [];
  const helpers: RequestedHelper[] = [];
  const launch: LaunchDescriptor = { labels: [], processes: [], slices: [] };
  function addProcess({ type, command, args = [], workingDir, default: isDefault = false }: ProcessOptions): void {
    launch.processes.push({ type, command, args, direct: true, default: isDefault, workingDir });
  }
  const recorder: LaunchRecorder = {
    process: addProcess,
    web: (command, options) => addProcess({ ...options, type: 'web', command, default: true }),
    keep,
    label: (key, value) => void launch.labels.push({ key, value }),
    helper: (name, options) => void helpers.push({ ...options, name }),
    helpers,
    slice: (...paths) => void launch.slices.push({ paths }),
    place,
    components,
    async contains(find, { keptIn } = {}) {
      if (!describe) return;
      const isKept = keptIn?.kept === true && (await hasKeptSbom(keptIn));
      if (!isKept) components.push(...find(await import('@dema/sbom')));
      if (isKept || components.length > 0) recorder.keptIn = keptIn;
    },
    render(api) {
      const isEmpty = launch.processes.length + launch.labels.length + launch.slices.length === 0;
      return isEmpty ? undefined : renderLaunchToml(launch, api);
    },
  };
  return recorder;
}
