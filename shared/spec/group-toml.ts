import { renderToml } from './render-toml.ts';
import { findString, readName, readTables, type TomlTable, tomlDocument } from './toml-place.ts';

/** A buildpack or image extension that takes part in a build. */
export interface GroupElement {
  id: string;
  version: string;
  api: string;
  homepage?: string;
}

/** `group.toml`, written by detect. */
export interface BuildGroup {
  group: GroupElement[];
  groupExtensions: GroupElement[];
}

export function parseGroupToml(text: string, file: string): BuildGroup {
  const document = tomlDocument(text, file);
  return {
    group: readTables(document, 'group').map(readGroupElement),
    groupExtensions: readTables(document, 'group-extensions').map(readGroupElement),
  };
}

export function renderGroupToml({ group, groupExtensions }: BuildGroup): string {
  return renderToml({
    group: group.map(plainGroupElement),
    'group-extensions': groupExtensions.length ? groupExtensions.map(plainGroupElement) : undefined,
  });
}

export function readGroupElement(table: TomlTable): GroupElement {
  return {
    id: readName(table, 'id'),
    version: readName(table, 'version'),
    api: readName(table, 'api'),
    homepage: findString(table, 'homepage'),
  };
}

export function plainGroupElement({ id, version, api, homepage }: GroupElement): object {
  return { id, version, api, homepage: homepage || undefined };
}
