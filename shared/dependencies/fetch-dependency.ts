import { type DebianArchive, type FetchedPackage, fetchAllLocked, type LockedPackage } from '@dema/debian';
import { isFault } from '@dema/errors';
import { type Checksum, type Fetcher, type NpmConfig, npmTarballUrl } from '@dema/fetch';
import type { Dependency, DependencySource } from './dependency.ts';
import { packageUrlInvalid, type SourceFailure, sourcesFailed, sourceUnsupported } from './faults.ts';
import { type MappedArchive, withMappings } from './mapped-archive.ts';
import type { Mirrors, OtherAddress } from './mirrors.ts';
import { type PackageUrl, parsePackageUrl } from './package-url.ts';

export interface FetchDependencyOptions {
  fetcher: Pick<Fetcher, 'download'>;
  npm: NpmConfig;
  mirrors?: Mirrors;
  /** Without it sources of `pkg:deb` are passed over. */
  debian?: DebianArchive;
  /** Refuses a Debian package that took the place of the one in the inventory. */
  locked?: boolean;
}

export interface FetchedDependency {
  /** Of archives, verified, in the store or a temporary folder: to be read, never changed. One, or the packages of a `pkg:deb` source. */
  paths: string[];
  /** The source that served it. */
  source: DependencySource;
  /** What the Debian packages are. */
  packages: FetchedPackage[];
  /** The setting by which it was asked for at another address. */
  setting?: string;
}

/** Tries the sources in their order; the first that serves what its checksum says wins. When none does, the fault names the reason of each. */
export async function fetchDependency(
  dependency: Pick<Dependency, 'name' | 'version' | 'architecture' | 'sources'>,
  options: FetchDependencyOptions,
): Promise<FetchedDependency> {
  const { name, version } = dependency;
  const { mirrors } = options;
  // Whoever names an address for just this file means it to be asked.
  const sources = dependency.sources.toSorted((a, b) => Number(isMapped(b, mirrors)) - Number(isMapped(a, mirrors)));
  const failures: SourceFailure[] = [];
  for (const source of sources) {
    const other = source.packages ? undefined : mirrors?.find(source.uri, source.checksum);
    try {
      if (source.packages) return await fetchPackages(source, source.packages, dependency, options);
      const path = await fetchArchive(source, other, `${name} ${version}`, options);
      return { paths: [path], source, packages: [], setting: other?.setting };
    } catch (error) {
      // A full disk has no room for what another source serves, either.
      if (!isFault(error) || isFault(error, 'STORE_DISK_FULL')) throw error;
      failures.push({ uri: source.uri, setting: other?.setting, reason: error });
    }
  }
  throw sourcesFailed({ name, version, failures });
}

function isMapped({ checksum, packages }: DependencySource, mirrors: Mirrors | undefined): boolean {
  const checksums: Checksum[] = packages?.map(({ sha256 }) => `sha256:${sha256}` as const) ?? [checksum];
  return checksums.some((one) => mirrors?.has(one));
}

async function fetchPackages(
  source: DependencySource,
  packages: LockedPackage[],
  { architecture }: Pick<Dependency, 'architecture'>,
  { debian, fetcher, locked, mirrors }: FetchDependencyOptions,
): Promise<FetchedDependency> {
  if (!debian) throw sourceUnsupported(source.uri);
  const archive: MappedArchive = mirrors ? withMappings(debian, mirrors, fetcher) : debian;
  const fetched = await fetchAllLocked(archive, packages, { architecture, locked });
  return { paths: fetched.map(({ path }) => path), source, packages: fetched, setting: archive.setting };
}

async function fetchArchive(
  { uri, checksum }: DependencySource,
  other: OtherAddress | undefined,
  what: string,
  { fetcher, npm }: FetchDependencyOptions,
): Promise<string> {
  if (other) return (await fetcher.download(other.url, { checksum, what })).path;
  if (/^https?:/.test(uri)) return (await fetcher.download(uri, { checksum, what })).path;
  const packageUrl = parsePackageUrl(uri);
  if (packageUrl.type !== 'npm') throw sourceUnsupported(uri);
  const { namespace, name } = packageUrl;
  const url = npmTarballUrl(npm, namespace ? `${namespace}/${name}` : name, versionOf(packageUrl, uri));
  return (await fetcher.download(url, { checksum, headers: npm.headersFor(url), what })).path;
}

function versionOf({ version }: PackageUrl, uri: string): string {
  if (!version) throw packageUrlInvalid(uri, 'it has no version');
  return version;
}
