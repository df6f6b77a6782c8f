import type { Dependency, DependencySource } from './dependency.ts';
import { sourcesForbidden } from './faults.ts';

/** Where a source gets its archive from: `upstream` is a server of its authors, the others are the kinds of package URLs (`npm`, `deb`, `maven`, `nuget`). */
function kindOfSource({ uri }: Pick<DependencySource, 'uri'>): string {
  return /^pkg:\/*([^/]+)\//.exec(uri)?.[1]?.toLowerCase() ?? 'upstream';
}

/**
 * The dependency with the sources of these kinds alone, in the order of the kinds; unchanged without them.
 * Fault DEPENDENCY_SOURCES_FORBIDDEN when none is left.
 */
export function restrictSources(dependency: Dependency, allowed: string[] | undefined): Dependency {
  if (allowed === undefined) return dependency;
  const sources = allowed.flatMap((kind) => dependency.sources.filter((source) => kindOfSource(source) === kind));
  if (sources.length > 0) return { ...dependency, sources };
  const { name, version } = dependency;
  throw sourcesForbidden({ name, version, kinds: [...new Set(dependency.sources.map(kindOfSource))], allowed });
}
