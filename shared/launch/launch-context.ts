import type { Bindings, Configuration } from '@dema/spec';

/** Everything that a launch helper may touch. It runs on QuickJS in the finished image, so nothing of Node.js is there. */
export interface LaunchContext<S = Readonly<Record<string, unknown>>> {
  /** Variables that the process would get now. */
  env: Readonly<Record<string, string>>;
  /** Values of the buildpack's settings of the start, those that begin with BPL_: `LaunchContext<Values<typeof settings>>`. */
  settings: S;
  files: LaunchFiles;
  /** Service bindings of the container. */
  bindings: Bindings;
  /** What the build handed over: `launch.helper(name, { input })`. */
  input: unknown;
  /** Bytes of memory that the container may use; undefined without a limit. */
  memoryLimit(): number | undefined;
  /** A line for the people who read the container's log; it goes to standard error. */
  log(line: string): void;
  /** Ends the start of the container, because of something that a person has to change. */
  fail(code: string, reason: { problem: string; fix: string }): never;
}

/** The image's files; what is not there or may not be read is undefined or empty. Paths are absolute. */
export interface LaunchFiles {
  read(path: string): string | undefined;
  /** Names in a folder, sorted. */
  list(folder: string): string[];
  isFolder(path: string): boolean;
}

/** What a build writes beside the code of a helper. */
export interface HandedOver {
  input?: unknown;
  settings: Configuration[];
}

/** What `launch/<name>.ts` of a buildpack exports as `launch`. It gives the variables to set before the process starts. */
export type LaunchHelper = (context: LaunchContext) => Record<string, string>;
