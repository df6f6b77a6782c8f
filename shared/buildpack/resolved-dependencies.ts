import { writeFile } from 'node:fs/promises';
import type { Dependency, FetchedDependency } from '@dema/dependencies';

/** What was resolved in this build, for the platform that makes the lock of the app out of it. */
export interface ResolvedDependencies {
  add(dependency: Dependency): void;
  /** It came in other packages than it was resolved in. */
  replace(dependency: Dependency, fetched: FetchedDependency): Promise<void>;
  /** To the file that the platform names, if it does. */
  write(): Promise<void>;
}

/** @param file DEMA_RESOLVED_FILE */
export function recordResolved(file: string | undefined): ResolvedDependencies {
  const resolved = new Map<Dependency, Dependency>();
  return {
    add: (dependency) => void resolved.set(dependency, dependency),
    async replace(dependency, fetched) {
      const { asFetched } = await import('@dema/dependencies');
      resolved.set(dependency, asFetched(dependency, fetched));
    },
    async write() {
      if (file) await writeFile(file, JSON.stringify({ dependencies: [...new Set(resolved.values())] }));
    },
  };
}
