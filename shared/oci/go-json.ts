export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [key: string]: Json };

/** A value as Go's encoding/json writes it: no spaces, and `<`, `>`, `&`, U+2028 and U+2029 escaped. Keys stay in their order. */
export function renderJson(value: Json): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** An object as Go writes a struct: the fields in this order, those with an empty value left out unless they are `required`. */
export function orderFields(
  value: Readonly<Record<string, Json>>,
  fields: readonly string[],
  required: readonly string[] = [],
): Record<string, Json> {
  return Object.fromEntries(
    fields.filter((field) => required.includes(field) || !isEmpty(value[field])).map((field) => [field, value[field]]),
  );
}

/** An object as Go writes a map: in the order of its keys' bytes. */
export function sortKeys<T extends Json>(value: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(value).sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right))),
  );
}

function isEmpty(value: Json): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
