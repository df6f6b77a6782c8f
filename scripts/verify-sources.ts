import type { DebianArchive } from '@dema/debian';
import { type Dependency, type DependencySource, fetchDependency } from '@dema/dependencies';
import { isFault } from '@dema/errors';
import type { Fetcher, NpmConfig } from '@dema/fetch';

export interface VerifyOptions {
  fetcher: Fetcher;
  npm: NpmConfig;
  debian: DebianArchive;
  /** Marks what is new without downloading it. */
  download: boolean;
  onLine: (line: string) => void;
}

/**
 * The dependencies with `verified: false` at every source whose archive nobody has held against its checksum: what was known before is
 * trusted as it was, what is new is downloaded.
 */
export async function verifySources(
  dependencies: Dependency[],
  before: Dependency[],
  options: VerifyOptions,
): Promise<Dependency[]> {
  const known = new Set(before.flatMap(({ sources }) => sources.filter(isVerified).map(keyOf)));
  const verified: Dependency[] = [];
  for (const dependency of dependencies) {
    const sources: DependencySource[] = [];
    for (const { verified: _, ...source } of dependency.sources) {
      const isGood = known.has(keyOf(source)) || (options.download && (await isServed(dependency, source, options)));
      sources.push(isGood ? source : { ...source, verified: false });
    }
    verified.push({ ...dependency, sources });
  }
  return verified;
}

function isVerified({ verified }: DependencySource): boolean {
  return verified !== false;
}

function keyOf({ uri, checksum, packages = [] }: DependencySource): string {
  return [uri, checksum, ...packages.map(({ sha256 }) => sha256)].join(' ');
}

async function isServed(
  dependency: Dependency,
  source: DependencySource,
  { onLine, ...options }: VerifyOptions,
): Promise<boolean> {
  const { name, version, architecture = 'all' } = dependency;
  try {
    await fetchDependency({ ...dependency, sources: [source] }, { ...options, locked: true });
    onLine(`verified ${name} ${version} (${architecture})`);
    return true;
  } catch (error) {
    if (!isFault(error)) throw error;
    onLine(`not verified: ${name} ${version} (${architecture}): ${error.details[0] ?? error.problem}`);
    return false;
  }
}
