/**
 * An object as Go writes a struct: the fields in this order, those with an empty value left out unless they are `required`.
 * Empty is what Go's `omitempty` says: false, 0, "", and lists and tables without content.
 */
export function orderFields(
  value: object,
  fields: readonly string[],
  required: readonly string[] = [],
): Record<string, unknown> {
  const given = new Map<string, unknown>(Object.entries(value));
  const kept = fields.filter((field) => required.includes(field) || !isEmpty(given.get(field)));
  return Object.fromEntries(kept.map((field) => [field, given.get(field)]));
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null ? Object.keys(value).length === 0 : !value;
}
