import { findString, readFlag, readName, readTables, type TomlTable, tomlFault } from './toml-place.ts';

/** One element of an order's group. */
export interface BuildpackReference {
  id: string;
  /** Absent where a builder or a composite leaves the choice to what is there. */
  version?: string;
  optional: boolean;
}

/** `value` for a label, which is nothing but the list. */
type OrderKey = 'order' | 'order-extensions' | 'value';

/** `[[order]]` or `[[order-extensions]]`: groups to be tried in turn. */
export function readGroups(
  table: TomlTable,
  key: OrderKey,
  options: { hasVersions: true },
): (BuildpackReference & { version: string })[][];
export function readGroups(table: TomlTable, key: OrderKey): BuildpackReference[][];
export function readGroups(table: TomlTable, key: OrderKey, options?: { hasVersions: true }): BuildpackReference[][] {
  return readTables(table, key).map((entry) => {
    const group = readTables(entry, 'group').map((reference) => readReference(reference, options?.hasVersions));
    if (!group.length) {
      throw tomlFault(
        entry,
        'has no group',
        `add a \`[[${key}.group]]\` with the id of a buildpack, or remove the empty \`[[${key}]]\``,
      );
    }
    return group;
  });
}

export function readReference(table: TomlTable, hasVersion = false): BuildpackReference {
  return {
    id: readName(table, 'id'),
    version: hasVersion ? readName(table, 'version') : findString(table, 'version'),
    optional: readFlag(table, 'optional'),
  };
}

/** As the lifecycle and pack write them. */
export function plainGroups(groups: readonly (readonly BuildpackReference[])[]): object[] {
  return groups.map((group) => ({
    group: group.map(({ id, version, optional }) => ({ id, version, optional: optional || undefined })),
  }));
}
