import { floatsOf, markFloats } from './toml-floats.ts';

const SORTED = Symbol('keys in byte order');

/**
 * The value with the keys of all its tables in byte order, as Go writes maps. An object cannot hold keys such as `10` in
 * that order, so the tables are marked for the renderers of this package, which put them right.
 */
export function sortKeys<T>(value: T): T {
  if (Array.isArray(value)) return markFloats(value.map(sortKeys), floatsOf(value)) as T;
  if (!isTable(value)) return value;
  const entries = inByteOrder(Object.entries(value)).map(([key, inner]) => [key, sortKeys(inner)] as const);
  const sorted = markFloats(Object.fromEntries(entries), floatsOf(value));
  return Object.defineProperty(sorted, SORTED, { value: true }) as T;
}

export function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The entries of a table in the order in which they are to be written. */
export function entriesOf(table: object): [string, unknown][] {
  const entries = Object.entries(table);
  return SORTED in table ? inByteOrder(entries) : entries;
}

function inByteOrder(entries: [string, unknown][]): [string, unknown][] {
  return entries.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
