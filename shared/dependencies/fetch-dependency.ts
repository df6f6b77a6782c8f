import { isFault } from '@dema/errors';
import { type Checksum, type Fetcher, type NpmConfig, npmTarballUrl } from '@dema/fetch';
import type { Dependency, DependencySource } from './dependency.ts';
import { packageUrlInvalid, type SourceFailure, sourcesFailed, sourceUnsupported } from './faults.ts';
import type { Mirrors, OtherAddress } from './mirrors.ts';
import { type PackageUrl, parsePackageUrl } from './package-url.ts';

/** A package of a Debian archive. */
export interface DebianSource {
  name: string;
  version: string;
  architecture: string;
  checksum: Checksum;
}

export interface FetchDependencyOptions {
  fetcher: Pick<Fetcher, 'download'>;
  npm: NpmConfig;
  mirrors?: Mirrors;
  /** Gives the path of the verified package file; without it sources of `pkg:deb` are passed over. */
  fetchDebian?: (source: DebianSource) => Promise<{ path: string }>;
}

export interface FetchedDependency {
  /** Of the archive, verified, in the store or a temporary folder: to be read, never changed. */
  path: string;
  /** The source that served it. */
  source: DependencySource;
  /** The setting by which it was asked for at another address. */
  setting?: string;
}

/** Tries the sources in their order; the first that serves what its checksum says wins. When none does, the fault names the reason of each. */
export async function fetchDependency(
  dependency: Pick<Dependency, 'name' | 'version' | 'sources'>,
  options: FetchDependencyOptions,
): Promise<FetchedDependency> {
  const { name, version } = dependency;
  const { mirrors } = options;
  // Whoever names an address for just this file means it to be asked.
  const sources = dependency.sources.toSorted(
    (a, b) => Number(mirrors?.has(b.checksum)) - Number(mirrors?.has(a.checksum)),
  );
  const failures: SourceFailure[] = [];
  for (const source of sources) {
    const other = mirrors?.find(source.uri, source.checksum);
    try {
      const path = await fetchSource(source, other, `${name} ${version}`, options);
      return { path, source, setting: other?.setting };
    } catch (error) {
      if (!isFault(error)) throw error;
      failures.push({ uri: source.uri, setting: other?.setting, reason: error.problem });
    }
  }
  throw sourcesFailed({ name, version, failures });
}

async function fetchSource(
  source: DependencySource,
  other: OtherAddress | undefined,
  what: string,
  options: FetchDependencyOptions,
): Promise<string> {
  const { uri, checksum } = source;
  if (other) return (await options.fetcher.download(other.url, { checksum, what })).path;
  if (/^https?:/.test(uri)) return (await options.fetcher.download(uri, { checksum, what })).path;
  const url = parsePackageUrl(uri);
  if (url.type === 'npm') return fetchNpm(source, url, what, options);
  if (url.type === 'deb' && options.fetchDebian) {
    const { name, qualifiers } = url;
    const found = await options.fetchDebian({
      name,
      version: versionOf(url, uri),
      architecture: qualifiers.arch ?? 'all',
      checksum,
    });
    return found.path;
  }
  throw sourceUnsupported(uri);
}

async function fetchNpm(
  { uri, checksum }: DependencySource,
  packageUrl: PackageUrl,
  what: string,
  { fetcher, npm }: FetchDependencyOptions,
): Promise<string> {
  const { namespace, name } = packageUrl;
  const url = npmTarballUrl(npm, namespace ? `${namespace}/${name}` : name, versionOf(packageUrl, uri));
  return (await fetcher.download(url, { checksum, headers: npm.headersFor(url), what })).path;
}

function versionOf({ version }: PackageUrl, uri: string): string {
  if (!version) throw packageUrlInvalid(uri, 'it has no version');
  return version;
}
