import { entriesOf } from './sort-keys.ts';
import { renderJsonDate } from './toml-date.ts';

/**
 * Compact JSON as Go's `encoding/json` writes it into labels: `<`, `>`, `&` and the Unicode line separators escaped,
 * bigints as numbers, TOML dates as RFC 3339 text. Keys stand in the order in which the object holds them; undefined is left out.
 */
export function renderJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => renderJson(item ?? null)).join(',')}]`;
  if (value instanceof Date) return quote(renderJsonDate(value));
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return quote(value);
  if (Object.is(value, -0)) return '-0';
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = entriesOf(value).filter(([, inner]) => inner !== undefined);
  return `{${entries.map(([key, inner]) => `${quote(key)}:${renderJson(inner)}`).join(',')}}`;
}

function quote(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
