import type { Dependency } from './dependency.ts';
import type { FetchedDependency } from './fetch-dependency.ts';
import { parsePackageUrl } from './package-url.ts';
import { upstreamVersion } from './upstream-version.ts';

/** The dependency as it really came: in the version of the Debian package that took the place of the one in the inventory, where one did. */
export function asFetched(
  dependency: Dependency,
  { source, packages }: Pick<FetchedDependency, 'source' | 'packages'>,
): Dependency {
  const main = packages.find(({ superseded }) => superseded?.name === parsePackageUrl(source.uri).name);
  if (!main?.superseded) return dependency;
  const { version } = main.package;
  const replace = (text: string) =>
    text
      .replace(encodeURIComponent(main.superseded?.version ?? ''), encodeURIComponent(version))
      .replace(dependency.version, upstreamVersion(version));
  return {
    ...dependency,
    version: upstreamVersion(version),
    purl: replace(dependency.purl),
    cpe: dependency.cpe && replace(dependency.cpe),
  };
}
