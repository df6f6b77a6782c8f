/** A JSON object of a document. */
export type Table = Record<string, unknown>;

export function isRecord(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list in a document of another tool; whatever else stands there is passed over. */
export function listOf(value: unknown): Table[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** The first of those that have the same key. */
export function uniqueBy(tables: Table[], keyOf: (table: Table) => string): Table[] {
  const found = new Map<string, Table>();
  for (const table of tables) if (!found.has(keyOf(table))) found.set(keyOf(table), table);
  return [...found.values()];
}
