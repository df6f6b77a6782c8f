import type { Dependency } from './dependency.ts';
import { parseInventory } from './inventory.ts';

type Fields = Record<string, unknown>;

/**
 * A dependency as a table `[[metadata.dependencies]]` of a packaged `buildpack.toml`, in the words that tools around buildpacks know:
 * `uri` and `checksum` of the preferred source, `arch`, `cpes`, `deprecation_date`. What they do not know stands beside it.
 */
export function toPackaged(dependency: Dependency): Fields {
  const { id, name, version, architecture, sources, endOfLife, licenses, cpe, purl, bundles } = dependency;
  const [preferred] = sources;
  const isPlain = sources.length === 1 && !preferred?.packages && preferred?.verified === undefined;
  return {
    id,
    name,
    version,
    os: 'linux',
    arch: architecture,
    uri: preferred?.uri,
    checksum: preferred?.checksum,
    purl,
    cpes: cpe === undefined ? undefined : [cpe],
    licenses,
    deprecation_date: endOfLife && `${endOfLife}T00:00:00Z`,
    bundles,
    sources: isPlain ? undefined : sources,
  };
}

/** The dependencies of a buildpack's metadata, in these words or in those of `dependencies.json`. Fault DEPENDENCY_INVENTORY_INVALID. */
export function parsePackagedInventory(metadata: Record<string, unknown>, file: string): Dependency[] {
  const { dependencies = [] } = metadata;
  if (!Array.isArray(dependencies)) return parseInventory(metadata, file);
  return parseInventory({ dependencies: dependencies.map(fromPackaged) }, file);
}

function fromPackaged(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { os: _, arch, uri, checksum, cpes, cpe, deprecation_date: date, ...rest } = value as Fields;
  return {
    ...rest,
    architecture: rest.architecture ?? arch,
    sources: rest.sources ?? (uri === undefined ? undefined : [{ uri, checksum }]),
    cpe: cpe ?? (Array.isArray(cpes) ? cpes[0] : cpes),
    endOfLife: rest.endOfLife ?? (typeof date === 'string' ? date.slice(0, 'YYYY-MM-DD'.length) : date),
  };
}
