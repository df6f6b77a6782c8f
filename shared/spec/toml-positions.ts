export type KeyPath = readonly (string | number)[];

/**
 * The line, counted from 1, on which the value of a key path stands; for a path that the text does not hold the line of
 * its longest part that it does. The text should be valid TOML, which is not checked here; of others something is made out.
 * Undefined, too, for a text that is nested in more than 200 levels.
 */
export function findTomlLine(text: string, path: KeyPath): number | undefined {
  const lines = findLines(text);
  for (let length = path.length; length > 0; length--) {
    const line = lines.get(keyOf(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return undefined;
}

function findLines(text: string): ReadonlyMap<string, number> {
  try {
    return scan(text).lines;
  } catch (error) {
    if (error instanceof RangeError) return new Map();
    throw error;
  }
}

/** A number, date or boolean of a document, where it stands. */
export interface Scalar {
  path: KeyPath;
  text: string;
  /** Counted from 1. */
  line: number;
  /** Of its first character in the text. */
  at: number;
}

/** Numbers, dates and booleans in the order of the text; of one that is no TOML something. Throws a RangeError for what is nested in more than 200 levels. */
export function readScalars(text: string): Scalar[] {
  return scan(text).scalars;
}

/** A key path as the key of a map. */
export function keyOf(path: KeyPath): string {
  return JSON.stringify(path);
}

interface Scanner {
  text: string;
  at: number;
  /** First line of each key path. */
  lines: Map<string, number>;
  scalars: Scalar[];
  /** Number of tables so far in each array of tables. */
  counts: Map<string, number>;
  /** The line of the character that was counted up to. */
  line: number;
  counted: number;
}

const MOST_LEVELS = 200;
const BLANK = /(?:[ \t\r\n]|#[^\n]*)*/y;
const STRING = /"""(?:\\[\s\S]|[^\\])*?"""+|'''[\s\S]*?'''+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'/y;
const BARE = /[A-Za-z0-9_-]+/y;
const SCALAR = /[^,\]}#\n]+/y;

function scan(text: string): Scanner {
  const scanner: Scanner = { text, at: 0, lines: new Map(), scalars: [], counts: new Map(), line: 1, counted: 0 };
  let table: KeyPath = [];
  take(scanner, BLANK);
  while (scanner.at < text.length) {
    const before = scanner.at;
    if (text[scanner.at] === '[') table = scanHeader(scanner);
    else scanAssignment(scanner, table);
    take(scanner, BLANK);
    if (scanner.at === before) scanner.at++;
  }
  return scanner;
}

function scanHeader(scanner: Scanner): KeyPath {
  const isArray = scanner.text.startsWith('[[', scanner.at);
  const start = scanner.at;
  scanner.at += isArray ? 2 : 1;
  const path: (string | number)[] = [];
  const keys = scanKeys(scanner);
  for (const [index, key] of keys.entries()) {
    path.push(key);
    const count = scanner.counts.get(keyOf(path));
    if (isArray && index === keys.length - 1) {
      scanner.counts.set(keyOf(path), (count ?? 0) + 1);
      record(scanner, path, start);
      path.push(count ?? 0);
    } else if (count !== undefined) {
      path.push(count - 1);
    }
    record(scanner, path, start);
  }
  scanner.at += isArray ? 2 : 1;
  return path;
}

function scanAssignment(scanner: Scanner, table: KeyPath): void {
  const start = scanner.at;
  const path = [...table];
  for (const key of scanKeys(scanner)) {
    path.push(key);
    record(scanner, path, start);
  }
  checkDepth(path);
  scanner.at++;
  take(scanner, BLANK);
  scanValue(scanner, path);
}

function scanValue(scanner: Scanner, path: KeyPath): void {
  const opening = scanner.text[scanner.at];
  if (opening === '[') scanItems(scanner, ']', (index) => scanElement(scanner, [...path, index]));
  else if (opening === '{') scanItems(scanner, '}', () => scanAssignment(scanner, path));
  else if (take(scanner, STRING) === '') {
    const [at, line] = [scanner.at, lineAt(scanner, scanner.at)];
    scanner.scalars.push({ path, text: take(scanner, SCALAR).trimEnd(), line, at });
  }
}

function scanElement(scanner: Scanner, path: KeyPath): void {
  checkDepth(path);
  record(scanner, path, scanner.at);
  scanValue(scanner, path);
}

function scanItems(scanner: Scanner, closing: string, scanItem: (index: number) => void): void {
  scanner.at++;
  for (let index = 0; scanner.at < scanner.text.length; index++) {
    take(scanner, BLANK);
    if (scanner.text[scanner.at] === closing) break;
    const before = scanner.at;
    scanItem(index);
    take(scanner, BLANK);
    if (scanner.text[scanner.at] === ',' || scanner.at === before) scanner.at++;
  }
  scanner.at++;
}

/** A dotted key, with the blanks around it. */
function scanKeys(scanner: Scanner): string[] {
  const keys: string[] = [];
  for (;;) {
    take(scanner, BLANK);
    const quoted = take(scanner, STRING);
    keys.push(quoted ? unquote(quoted) : take(scanner, BARE));
    checkDepth(keys);
    take(scanner, BLANK);
    if (scanner.text[scanner.at] !== '.') return keys;
    scanner.at++;
  }
}

function unquote(quoted: string): string {
  if (quoted.startsWith("'")) return quoted.slice(1, -1);
  return quoted.slice(1, -1).replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, short, long, character) => {
    if (character === undefined) return characterOf(Number.parseInt(short ?? long, 16));
    return { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' }[character as string] ?? character;
  });
}

function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

function checkDepth(path: KeyPath): void {
  if (path.length > MOST_LEVELS) throw new RangeError('nested too deeply');
}

function take(scanner: Scanner, pattern: RegExp): string {
  pattern.lastIndex = scanner.at;
  const match = pattern.exec(scanner.text)?.[0] ?? '';
  scanner.at += match.length;
  return match;
}

function record(scanner: Scanner, path: KeyPath, at: number): void {
  const key = keyOf(path);
  if (!scanner.lines.has(key)) scanner.lines.set(key, lineAt(scanner, at));
}

/** Counts on from the last place that was asked for; places are asked for in their order. */
function lineAt(scanner: Scanner, at: number): number {
  for (; scanner.counted < at; scanner.counted++) {
    if (scanner.text[scanner.counted] === '\n') scanner.line++;
  }
  return scanner.line;
}
