import type { DebianArchitecture, DebianArchive } from '@dema/debian';
import type { Dependency } from '@dema/dependencies';
import type { Fetcher, NpmConfig } from '@dema/fetch';
import { semverOrder } from '@dema/versions';

/** A line of a dependency that a registry has something newer of. */
export interface Outdated {
  id: string;
  name: string;
  architecture?: string;
  /** The newest of its line in the inventory. */
  version: string;
  /** The newest of that line in the registry; of Debian, the packages that are newer there. */
  newer: string;
  source: 'npm' | 'deb';
}

export interface Registries {
  fetcher: Pick<Fetcher, 'readJson'>;
  npm: NpmConfig;
  debian: DebianArchive;
}

/** What is behind its registry, line by line (the first number of a version makes the line). Sources on other servers are not asked. */
export async function findOutdated(dependencies: Dependency[], registries: Registries): Promise<Outdated[]> {
  const found: Outdated[] = [];
  for (const dependency of newestOfLines(dependencies)) {
    const { id, name, architecture, version, sources } = dependency;
    const common = { id, name, architecture, version };
    const npmSource = sources.find(({ uri }) => uri.startsWith('pkg:npm/'));
    const newest = npmSource && (await findNewestOfLine(npmSource.uri, version, registries));
    if (newest && semverOrder.compare(newest, version) > 0) found.push({ ...common, newer: newest, source: 'npm' });
    const newer = await findNewerPackages(dependency, registries.debian);
    if (newer.length > 0) found.push({ ...common, newer: newer.join(', '), source: 'deb' });
  }
  return found;
}

function newestOfLines(dependencies: Dependency[]): Dependency[] {
  const lines = new Map<string, Dependency>();
  for (const one of dependencies) {
    const key = [one.id, one.architecture, one.version.split('.')[0]].join(' ');
    const known = lines.get(key);
    if (!known || compare(one.version, known.version) > 0) lines.set(key, one);
  }
  return [...lines.values()];
}

function compare(a: string, b: string): number {
  return semverOrder.isVersion(a) && semverOrder.isVersion(b) ? semverOrder.compare(a, b) : 0;
}

async function findNewestOfLine(
  uri: string,
  version: string,
  { fetcher, npm }: Registries,
): Promise<string | undefined> {
  const name = decodeURIComponent(uri.slice('pkg:npm/'.length, uri.lastIndexOf('@')));
  const url = `${npm.registry}${name.replace('/', '%2f')}`;
  const accept = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8';
  const packument = await fetcher.readJson(url, { headers: npm.headersFor(url), accept, what: `npm package ${name}` });
  const { versions = {} } = packument as { versions?: Record<string, unknown> };
  return semverOrder.highest(Object.keys(versions), `${version.split('.')[0]}.x`);
}

async function findNewerPackages({ sources, architecture }: Dependency, debian: DebianArchive): Promise<string[]> {
  const packages = sources.flatMap((source) => source.packages ?? []);
  if (packages.length === 0) return [];
  const index = await debian.packages((architecture ?? 'amd64') satisfies DebianArchitecture);
  return packages.flatMap(({ name, version }) => {
    const [newest] = index.find(name);
    return newest && newest.version !== version ? [`${name} ${newest.version}`] : [];
  });
}
