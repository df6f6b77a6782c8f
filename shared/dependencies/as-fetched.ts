import type { Dependency } from './dependency.ts';
import type { FetchedDependency } from './fetch-dependency.ts';
import { parsePackageUrl } from './package-url.ts';
import { upstreamVersion } from './upstream-version.ts';

/** The dependency as it really came: with the Debian packages that took the place of those in the inventory, where some did, and in their version. */
export function asFetched(
  dependency: Dependency,
  { source, packages }: Pick<FetchedDependency, 'source' | 'packages'>,
): Dependency {
  if (!packages.some(({ superseded }) => superseded)) return dependency;
  const { name } = parsePackageUrl(source.uri);
  const main = packages.find((one) => one.package.name === name);
  const before = main?.superseded ?? main?.package;
  if (!main || !before) throw new Error(`${source.uri} names none of its packages`);
  const version = main.superseded ? upstreamVersion(main.package.version) : dependency.version;
  const replace = (text: string) =>
    text
      .replace(encodeURIComponent(before.version), encodeURIComponent(main.package.version))
      .replace(dependency.version, version);
  const taken = {
    uri: replace(source.uri),
    checksum: `sha256:${main.package.sha256}` as const,
    packages: packages.map((one) => one.package),
  };
  return {
    ...dependency,
    version,
    sources: dependency.sources.map((one) => (one === source ? taken : one)),
    purl: replace(dependency.purl),
    cpe: dependency.cpe && replace(dependency.cpe),
  };
}
