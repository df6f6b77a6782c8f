import { type Fetcher, type NpmConfig, parseIntegrity } from '@dema/fetch';
import { semverOrder } from '@dema/versions';
import type { Architecture, Dependency } from './dependency.ts';
import { parsePackageUrl } from './package-url.ts';

export interface FindReleaseOptions {
  architecture: Architecture;
  fetcher: Pick<Fetcher, 'readJson'>;
  npm: NpmConfig;
  /** Of lines, by the first number of the version, as `2024-06-01`. */
  endOfLife?: Record<string, string>;
}

interface Packument {
  versions?: Record<string, { dist?: { integrity?: string } }>;
}

/**
 * A version that an inventory lacks, from the npm registry that has the others, pinned by the integrity value there. What else
 * is known of a release is taken from the nearest one of the inventory; its end of life only within one line, unless
 * that of all lines is known.
 * Undefined when the registry does not have it or the dependency does not come from npm. Faults of `fetcher`.
 */
export async function findNpmRelease(
  inventory: Dependency[],
  id: string,
  version: string,
  { architecture, fetcher, npm, endOfLife = {} }: FindReleaseOptions,
): Promise<Dependency | undefined> {
  const nearest = findNearest(
    inventory.filter((one) => one.id === id && (one.architecture ?? architecture) === architecture),
    version,
  );
  const source = nearest?.sources.find(({ uri }) => uri.startsWith('pkg:npm/'));
  if (!nearest || !source) return undefined;
  const { namespace, name } = parsePackageUrl(source.uri);
  const url = `${npm.registry}${namespace ? `${namespace}%2f` : ''}${name}`;
  const accept = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8';
  const options = { headers: npm.headersFor(url), accept, what: `npm package ${name}` };
  const packument = (await fetcher.readJson(url, options)) as Packument;
  const integrity = packument.versions?.[version]?.dist?.integrity;
  if (!integrity) return undefined;
  const replace = (text: string) => text.replaceAll(nearest.version, version);
  return {
    ...nearest,
    version,
    sources: [{ uri: replace(source.uri), checksum: parseIntegrity(integrity) }],
    endOfLife:
      endOfLife[lineOf(version)] ?? (lineOf(nearest.version) === lineOf(version) ? nearest.endOfLife : undefined),
    cpe: nearest.cpe && replace(nearest.cpe),
    purl: replace(nearest.purl),
  };
}

/** The newest of the same line, else the oldest of a newer one, else the newest of all. */
function findNearest(releases: Dependency[], version: string): Dependency | undefined {
  const sorted = releases.toSorted((a, b) => semverOrder.compare(a.version, b.version));
  const sameLine = sorted.findLast((one) => lineOf(one.version) === lineOf(version));
  return sameLine ?? sorted.find((one) => semverOrder.compare(one.version, version) > 0) ?? sorted.at(-1);
}

function lineOf(version: string): string {
  return version.split('.')[0] ?? '';
}
