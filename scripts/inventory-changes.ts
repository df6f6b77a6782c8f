import type { Dependency } from '@dema/dependencies';

/** What an update did to one dependency of an inventory. Versions that came or went for every architecture alike. */
export interface InventoryChange {
  id: string;
  name: string;
  added: string[];
  removed: string[];
  /** Versions that are as before, but consist of other files: a Debian package was built anew, say. */
  changed: string[];
}

/** In the order of the new inventory, what has gone altogether last; only what differs. */
export function compareInventories(before: Dependency[], after: Dependency[]): InventoryChange[] {
  const ids = [...new Set([...after, ...before].map(({ id }) => id))];
  return ids
    .map((id) => {
      const [old, fresh] = [before, after].map((list) => byVersion(list.filter((one) => one.id === id)));
      const all = [...(fresh?.keys() ?? [])];
      return {
        id,
        name: [...after, ...before].find((one) => one.id === id)?.name ?? id,
        added: all.filter((version) => !old?.has(version)),
        removed: [...(old?.keys() ?? [])].filter((version) => !fresh?.has(version)),
        changed: all.filter((version) => old?.has(version) && old.get(version) !== fresh?.get(version)),
      };
    })
    .filter(({ added, removed, changed }) => added.length + removed.length + changed.length > 0);
}

/** All that is said of a version, for every architecture, as one text. */
function byVersion(dependencies: Dependency[]): Map<string, string> {
  const versions = new Map<string, string>();
  for (const one of dependencies) versions.set(one.version, `${versions.get(one.version) ?? ''}${JSON.stringify(one)}`);
  return versions;
}

/** `Node.js: 24.22.0 is new, 24.20.0 is gone`. */
export function describeChange({ name, added, removed, changed }: InventoryChange): string {
  const parts = [
    ...(added.length ? [`${added.join(', ')} ${added.length === 1 ? 'is' : 'are'} new`] : []),
    ...(removed.length ? [`${removed.join(', ')} ${removed.length === 1 ? 'is' : 'are'} gone`] : []),
    ...(changed.length ? [`${changed.join(', ')} changed`] : []),
  ];
  return `${name}: ${parts.join('; ')}`;
}
