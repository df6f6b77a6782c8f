import toml from '@iarna/toml';
import { tomlSyntaxInvalid } from './faults.ts';
import { findTomlDate, looksLikeDate } from './toml-date.ts';
import { markFloats } from './toml-floats.ts';
import { type KeyPath, keyOf, readScalars, type Scalar } from './toml-positions.ts';

/**
 * A TOML document as plain objects and arrays. Integers beyond 2^53 are bigints. Dates and times are `Date`s and floats
 * numbers, both marked so that the renderers of this package write them as they stood. `file` names the document in the
 * fault for a wrong syntax.
 */
export function parseToml(text: string, file: string): Record<string, unknown> {
  try {
    return parsePlainText(text.replace(/^\uFEFF/, ''), file);
  } catch (error) {
    if (error instanceof RangeError) throw tomlSyntaxInvalid({ file, reason: 'it is nested too deeply' });
    throw error;
  }
}

function parsePlainText(plainText: string, file: string): Record<string, unknown> {
  const scalars = MAY_BE_SPECIAL.test(plainText) ? readScalars(plainText).filter(isSpecial) : [];
  const document = parseDocument(withoutDates(plainText, scalars), file);
  // The parser takes the lowest 64 bits of an integer that has more.
  const large = scalars.find(({ text: scalar }) => isLargeInteger(scalar));
  if (large) throw tomlSyntaxInvalid({ file, line: large.line, reason: 'an integer of more than 64 bits' });
  const special = new Map(scalars.map((scalar) => [keyOf(scalar.path), scalar]));
  return plainTable(document, { path: [], special, file });
}

/** Long numbers, dates, times and floats: what needs more than the parser gives. */
const MAY_BE_SPECIAL = /[0-9a-fA-F_]{16}|\d:\d|\d{4}-\d|\d\.\d|\d[eE][+-]?\d/;

function isSpecial({ text }: Scalar): boolean {
  return looksLikeDate(text) || isFloatText(text) || isLargeInteger(text);
}

function isFloatText(text: string): boolean {
  return /^[+-]?[\d_]+(\.[\d_]+)?([eE][+-]?[\d_]+)?$/.test(text) && /[.eE]/.test(text);
}

const LARGEST = 2n ** 63n;

function isLargeInteger(scalar: string): boolean {
  const match = /^([+-]?)(0x[0-9a-f]+|0o[0-7]+|0b[01]+|\d+)$/i.exec(scalar.replaceAll('_', ''));
  if (!match?.[2]) return false;
  const value = BigInt(match[2]);
  return match[1] === '-' ? value > LARGEST : value >= LARGEST;
}

/** With a number of the same width for each date and time: the parser knows some of them only. */
function withoutDates(text: string, scalars: Scalar[]): string {
  let result = '';
  let done = 0;
  for (const { at, text: scalar } of scalars.filter((one) => looksLikeDate(one.text))) {
    result += text.slice(done, at) + '0'.padEnd(scalar.length);
    done = at + scalar.length;
  }
  return result + text.slice(done);
}

function parseDocument(text: string, file: string): object {
  try {
    return toml.parse(text);
  } catch (error) {
    throw error instanceof RangeError ? error : tomlSyntaxInvalid({ file, ...syntaxErrorOf(error) });
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

interface Place {
  path: KeyPath;
  special: ReadonlyMap<string, Scalar>;
  file: string;
}

/** Own properties only, by definition and not by assignment: a key may be called `__proto__`. */
function plainTable(table: object, place: Place): Record<string, unknown> {
  const entries = Object.entries(table);
  const plain = Object.fromEntries(entries.map(([key, value]) => [key, plainValue(value, inside(place, key))]));
  return place.special.size ? markFloats(plain, floatKeys(Object.keys(plain), place)) : plain;
}

function plainArray(array: unknown[], place: Place): unknown[] {
  const plain = array.map((value, index) => plainValue(value, inside(place, index)));
  return place.special.size ? markFloats(plain, floatKeys([...plain.keys()], place)) : plain;
}

function plainValue(value: unknown, place: Place): unknown {
  if (Array.isArray(value)) return plainArray(value, place);
  if (typeof value === 'object' && value !== null) {
    const inner: unknown = value.valueOf();
    if (typeof inner === 'object' && inner !== null) return plainTable(inner, place);
    return inner;
  }
  const scalar = place.special.get(keyOf(place.path));
  return scalar && looksLikeDate(scalar.text) ? dateOf(scalar, place) : value;
}

function dateOf({ text, line }: Scalar, { file }: Place): Date {
  const date = findTomlDate(text);
  if (!date) throw tomlSyntaxInvalid({ file, line, reason: `there is no date or time ${text}` });
  return date;
}

function floatKeys<Key extends string | number>(keys: Key[], place: Place): Key[] {
  return keys.filter((key) => isFloatText(place.special.get(keyOf([...place.path, key]))?.text ?? ''));
}

function inside(place: Place, key: string | number): Place {
  return { ...place, path: [...place.path, key] };
}
