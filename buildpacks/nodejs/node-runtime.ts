import type { ResolvedDependency } from '@dema/buildpack';

/** The Node.js that the app is built and run with. */
export interface NodeRuntime {
  version: string;
  /** Absent when an earlier buildpack brings it. */
  dependency?: ResolvedDependency;
}
