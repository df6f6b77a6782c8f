import type { ApiVersions, LifecycleInfo } from './builder-label.ts';
import { findString, findStrings, findTable, readName, readTable, type TomlTable, tomlDocument } from './toml-place.ts';

/**
 * `lifecycle.toml`, which stands beside the programs in an archive or an image of the lifecycle. Old ones name the lowest APIs alone.
 * Faults SPEC_TOML_INVALID, SPEC_VALUE_INVALID.
 */
export function parseLifecycleToml(text: string, file: string): LifecycleInfo {
  const document = tomlDocument(text, file);
  const [api, apis] = [findTable(document, 'api'), findTable(document, 'apis')];
  const read = (kind: 'buildpack' | 'platform') => readVersions(kind, { api, apis });
  const known = { buildpack: read('buildpack'), platform: read('platform') };
  return {
    version: readName(readTable(document, 'lifecycle'), 'version'),
    api: { buildpack: lowestOf(known.buildpack), platform: lowestOf(known.platform) },
    apis: known,
  };
}

function readVersions(kind: string, { api, apis }: { api?: TomlTable; apis?: TomlTable }): ApiVersions {
  const versions = apis && findTable(apis, kind);
  if (!versions) return { deprecated: [], supported: api ? [findString(api, kind) ?? ''].filter(Boolean) : [] };
  return {
    deprecated: findStrings(versions, 'deprecated') ?? [],
    supported: findStrings(versions, 'supported') ?? [],
  };
}

function lowestOf({ deprecated, supported }: ApiVersions): string {
  const [lowest = ''] = (deprecated.length > 0 ? deprecated : supported).toSorted(
    (a, b) => Number(a.split('.')[0]) - Number(b.split('.')[0]) || Number(a.split('.')[1]) - Number(b.split('.')[1]),
  );
  return lowest;
}
