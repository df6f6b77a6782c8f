import { renderToml } from './render-toml.ts';
import { sortKeys } from './sort-keys.ts';
import { placeAt, readFree, readName, readTables, type TomlTable, tomlDocument, tomlFault } from './toml-place.ts';

export interface PlanRequire {
  name: string;
  metadata: Record<string, unknown>;
}

export interface PlanSections {
  provides: { name: string }[];
  requires: PlanRequire[];
}

/** What a buildpack's detect says that it provides and requires, and the alternatives to that. */
export interface BuildPlan extends PlanSections {
  or: PlanSections[];
}

export function parseBuildPlan(text: string, file: string): BuildPlan {
  const document = tomlDocument(text, file);
  return { ...readSections(document), or: readTables(document, 'or').map(readSections) };
}

export function renderBuildPlan({ or, ...sections }: BuildPlan): string {
  return renderToml({ ...plainSections(sections), or: or.length ? or.map(plainSections) : undefined });
}

/** A list of requires as it stands in a build plan, a buildpack plan or the lifecycle's plan. */
export function readRequires(table: TomlTable, key: 'requires' | 'entries'): PlanRequire[] {
  return readTables(table, key).map((require) => {
    const version = placeAt(require, 'version');
    if (version.value !== undefined && version.value !== '') {
      throw tomlFault(version, 'is not part of the supported Buildpack APIs', `move it to \`[${key}.metadata]\``);
    }
    return { name: readName(require, 'name'), metadata: readFree(require, 'metadata') };
  });
}

/** The requires as the lifecycle writes them; an empty list is left out. */
export function plainRequires(requires: PlanRequire[]): object[] | undefined {
  if (!requires.length) return undefined;
  return requires.map(({ name, metadata }) => ({
    name,
    metadata: Object.keys(metadata).length ? sortKeys(metadata) : undefined,
  }));
}

function readSections(table: TomlTable): PlanSections {
  return {
    provides: readTables(table, 'provides').map((provide) => ({ name: readName(provide, 'name') })),
    requires: readRequires(table, 'requires'),
  };
}

function plainSections({ provides, requires }: PlanSections): object {
  return {
    provides: provides.length ? provides.map(({ name }) => ({ name })) : undefined,
    requires: plainRequires(requires),
  };
}
