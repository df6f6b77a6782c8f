import { findString, readFlag, readName, readTables, type TomlTable, tomlFault } from './toml-place.ts';

/** One element of an order's group. */
export interface BuildpackReference {
  id: string;
  /** Absent where a builder or a composite leaves the choice to what is there. */
  version?: string;
  optional: boolean;
}

/** `[[order]]` or `[[order-extensions]]`: groups to be tried in turn. */
export function readGroups(table: TomlTable, key: 'order' | 'order-extensions'): BuildpackReference[][] {
  return readTables(table, key).map((entry) => {
    const group = readTables(entry, 'group').map((reference) => ({
      id: readName(reference, 'id'),
      version: findString(reference, 'version'),
      optional: readFlag(reference, 'optional'),
    }));
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
