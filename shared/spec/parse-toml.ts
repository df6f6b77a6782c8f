import toml from '@iarna/toml';
import { tomlSyntaxInvalid } from './faults.ts';
import { findLargeInteger } from './toml-positions.ts';

/**
 * A TOML document as plain objects and arrays. Integers beyond 2^53 are bigints; dates and times are `Date`s whose
 * `toISOString` gives back the kind that was written. `file` names the document in the fault for a wrong syntax.
 */
export function parseToml(text: string, file: string): Record<string, unknown> {
  const table = parseTable(text.replace(/^\uFEFF/, ''), file);
  // The parser takes the lowest 64 bits of an integer that has more.
  const line = findLargeInteger(text);
  if (line !== undefined) throw tomlSyntaxInvalid({ file, line, reason: 'an integer of more than 64 bits' });
  return table;
}

function parseTable(text: string, file: string): Record<string, unknown> {
  try {
    return plainTable(toml.parse(text));
  } catch (error) {
    throw tomlSyntaxInvalid({ file, ...syntaxErrorOf(error) });
  }
}

function syntaxErrorOf(error: unknown): { line?: number; column?: number; reason: string } {
  const { message, line, col } = error as { message: string; line?: number; col?: number };
  const reason = message.split(/ at row \d+| \(|\n/)[0] ?? message;
  return {
    reason,
    line: line === undefined ? undefined : line + 1,
    column: col === undefined ? undefined : col + 1,
  };
}

/** Own properties only, by definition and not by assignment: a key may be called `__proto__`. */
function plainTable(table: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, plain(value)]));
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date) return value;
  if (typeof value === 'object' && value !== null) {
    const inner: unknown = value.valueOf();
    return typeof inner === 'object' && inner !== null ? plainTable(inner) : inner;
  }
  return value;
}
