import { type TomlPlace, tomlFault } from './toml-place.ts';

/** Keys by the path of their table, dots between its names; the document's own under an empty path. */
export type KnownKeys = Readonly<Record<string, readonly string[]>>;

/** Refuses every other key, so that a slip of the pen does not go unnoticed. `what` is the file's subject, such as "a builder". */
export function refuseUnknownKeys(place: TomlPlace, known: KnownKeys, what: string): void {
  const { path, value } = place;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      refuseUnknownKeys({ ...place, path: [...path, index], value: item }, known, what);
    }
    return;
  }
  const keys = known[path.filter((part) => typeof part === 'string').join('.')];
  if (!keys || typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    const inner = { ...place, path: [...path, key], value: item };
    if (!keys.includes(key)) throw tomlFault(inner, `is not a key of ${what}`, `use one of ${keys.join(', ')}`);
    refuseUnknownKeys(inner, known, what);
  }
}
