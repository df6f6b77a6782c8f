import { findString, findTable, placeAt, readTables, type TomlTable, tomlFault } from './toml-place.ts';

/** An entry of the list that preceded SBOMs, `[[bom]]` of launch.toml and build.toml. */
export interface BomEntry {
  name: string;
  metadata?: Record<string, unknown>;
}

export function readBom(document: TomlTable): BomEntry[] {
  return readTables(document, 'bom').map((entry) => {
    const version = placeAt(entry, 'version');
    if (version.value !== undefined && version.value !== '') {
      throw tomlFault(version, 'is not part of the supported Buildpack APIs', 'move it to `[bom.metadata]`');
    }
    return { name: findString(entry, 'name') ?? '', metadata: findTable(entry, 'metadata')?.value };
  });
}
