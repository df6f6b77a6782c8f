import { intervalsOf, isInIntervals } from './intervals.ts';
import { highestBy, type VersionOrder } from './version-order.ts';

interface Token {
  /** What stands before it: `.` or `-`. Where digits and letters meet, that counts as `-`. */
  prefix: string;
  value: bigint | string;
}

/** Qualifiers in their order; the empty one is the release itself. Others come behind `sp`, by the alphabet. */
const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const SYNONYMS: Record<string, string> = { ga: '', final: '', release: '', cr: 'rc' };
const LETTERS: Record<string, string> = { a: 'alpha', b: 'beta', m: 'milestone' };

/**
 * Versions of Maven (POM reference, "Version Order Specification"). A range is `*`, one version (which must be equal), or
 * intervals of which one must hold: `[1.5,2)`, `(,1.0],[1.2,)`.
 */
export const mavenOrder: VersionOrder = {
  isVersion,
  isRange: (text) => intervalsOf(text, isVersion) !== undefined,
  compare,
  satisfies,
  highest: (versions, range = '*') => highestBy({ satisfies, compare }, versions, range),
};

function isVersion(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(text);
}

function satisfies(version: string, range: string): boolean {
  const intervals = intervalsOf(range, isVersion);
  return intervals !== undefined && isVersion(version) && isInIntervals(version, intervals, compare);
}

function compare(a: string, b: string): number {
  for (const text of [a, b]) if (!isVersion(text)) throw new Error(`not a Maven version: "${text}"`);
  const [left, right] = [trimmed(tokensOf(a)), trimmed(tokensOf(b))];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = compareTokens(left[i] ?? padding(right[i]), right[i] ?? padding(left[i]));
    if (order !== 0) return order;
  }
  return 0;
}

function tokensOf(version: string): Token[] {
  const tokens: Token[] = [];
  let prefix = '';
  for (const [, separator, digits, letters = ''] of version.toLowerCase().matchAll(/([._-])|(\d+)|([^\d._-]+)/g)) {
    if (separator) {
      if (prefix !== '' || tokens.length === 0) tokens.push({ prefix, value: 0n });
      prefix = separator === '.' ? '.' : '-';
      continue;
    }
    const value = digits ? BigInt(digits) : letters;
    tokens.push({ prefix: prefix || (tokens.length > 0 ? '-' : ''), value });
    prefix = '';
  }
  return tokens.map((token, index) => named(token, tokens[index + 1]));
}

/** A qualifier by its full name; a single letter is short for one only where a number follows at once. */
function named({ prefix, value }: Token, next: Token | undefined): Token {
  if (typeof value !== 'string') return { prefix, value };
  const isShort = next?.prefix === '-' && typeof next.value === 'bigint';
  return { prefix, value: SYNONYMS[value] ?? (isShort ? LETTERS[value] : undefined) ?? value };
}

/** Without what means nothing at the end, and before each hyphen. */
function trimmed(tokens: Token[]): Token[] {
  const kept: Token[] = [];
  for (const token of tokens) {
    if (token.prefix === '-') while (isNull(kept.at(-1))) kept.pop();
    kept.push(token);
  }
  while (isNull(kept.at(-1))) kept.pop();
  return kept;
}

function isNull(token: Token | undefined): boolean {
  return token !== undefined && (token.value === 0n || token.value === '');
}

function padding(other: Token | undefined): Token {
  return other?.prefix === '-' ? { prefix: '-', value: '' } : { prefix: '.', value: 0n };
}

function compareTokens(a: Token, b: Token): number {
  if (typeof a.value === 'bigint' && typeof b.value === 'bigint' && rankOf(a) === rankOf(b)) {
    return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  }
  if (typeof a.value === 'string' && typeof b.value === 'string') return compareQualifiers(a.value, b.value);
  return rankOf(a) - rankOf(b);
}

/** A qualifier is older than a number behind a hyphen, and that than one behind a dot. */
function rankOf({ prefix, value }: Token): number {
  if (typeof value === 'string') return 0;
  return prefix === '-' ? 1 : 2;
}

function compareQualifiers(a: string, b: string): number {
  const [left, right] = [a, b].map((one) => QUALIFIERS.indexOf(one));
  if (left === undefined || right === undefined) return 0;
  if (left >= 0 || right >= 0) return (left < 0 ? QUALIFIERS.length : left) - (right < 0 ? QUALIFIERS.length : right);
  return a < b ? -1 : a > b ? 1 : 0;
}
