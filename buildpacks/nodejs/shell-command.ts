import type { PlainCommand, VariablePart, Word } from './launch-steps.ts';

/** Characters that mean something to a shell outside of quotes. */
const SPECIAL = /[|&;<>()`*?[\]{}~\n]/;

/** Fewer of them do in the value of a variable, as in `DEBUG=app:* node server.js`. */
const SPECIAL_IN_VALUE = /[|&;<>()`~\n]/;

/** Undefined when only a shell can tell what the text means. */
export function parsePlainCommand(text: string): PlainCommand | undefined {
  const words = splitWords(text);
  if (!words) return undefined;
  const first = words.findIndex((word) => !isAssignment(word));
  if (first === -1) return undefined;
  const assignments = words.slice(0, first).map(splitAssignment);
  return { assignments: Object.fromEntries(assignments), words: words.slice(first) };
}

/** Whether it sets a variable, as in `PORT=80` before a command. */
export function isAssignment(word: Word): boolean {
  return /^[A-Za-z_]\w*=/.test(startOf(word));
}

/** Name and value of a word that is an assignment. */
export function splitAssignment(word: Word): [string, Word] {
  const start = startOf(word);
  const name = start.slice(0, start.indexOf('='));
  const rest = start.slice(name.length + 1);
  return [name, typeof word === 'string' ? rest : asWord([...(rest === '' ? [] : [rest]), ...word.slice(1)])];
}

function startOf(word: Word): string {
  const start = typeof word === 'string' ? word : word[0];
  return typeof start === 'string' ? start : '';
}

function asWord(parts: (string | VariablePart)[]): Word {
  const joined: (string | VariablePart)[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === 'string' && typeof last === 'string') joined.splice(-1, 1, last + part);
    else joined.push(part);
  }
  const [only = ''] = joined;
  return joined.length <= 1 && typeof only === 'string' ? only : joined;
}

function splitWords(text: string): Word[] | undefined {
  const words: Word[] = [];
  let parts: (string | VariablePart)[] | undefined;
  for (let rest = text.trim(); rest !== ''; ) {
    const isValue = parts !== undefined && isAssignment(asWord(parts)) && words.every(isAssignment);
    const piece = readPiece(rest, isValue ? SPECIAL_IN_VALUE : SPECIAL);
    const isComment = parts === undefined && rest.startsWith('#');
    if (!piece || isComment) return undefined;
    rest = rest.slice(piece.length);
    if (piece.parts) parts = [...(parts ?? []), ...piece.parts];
    else if (parts) {
      words.push(asWord(parts));
      parts = undefined;
    }
  }
  return parts ? [...words, asWord(parts)] : words;
}

interface Piece {
  length: number;
  /** Without them it is the space between two words. */
  parts?: (string | VariablePart)[];
}

/** The next quoted or unquoted piece of a word. */
function readPiece(text: string, special: RegExp): Piece | undefined {
  const space = /^[ \t]+/.exec(text)?.[0];
  if (space) return { length: space.length };
  const single = /^'([^']*)'/.exec(text);
  if (single) return { length: single[0].length, parts: [single[1] ?? ''] };
  if (text.startsWith('"')) return readQuoted(text);
  const escaped = /^\\(.)/.exec(text);
  if (escaped) return { length: 2, parts: [escaped[1] ?? ''] };
  const variable = readVariable(text, false);
  if (variable) return variable;
  const name = /^[A-Za-z_]\w*=/.exec(text)?.[0];
  const plain = name ?? /^[^ \t'"\\$]+/.exec(text)?.[0];
  return plain === undefined || special.test(plain) ? undefined : { length: plain.length, parts: [plain] };
}

function readQuoted(text: string): Piece | undefined {
  const parts: (string | VariablePart)[] = [];
  for (let at = 1; at < text.length; ) {
    const rest = text.slice(at);
    if (rest.startsWith('"')) return { length: at + 1, parts: parts.length > 0 ? parts : [''] };
    const literal = /^(?:[^"\\$`]|\\.)+/s.exec(rest)?.[0];
    const piece = literal
      ? { length: literal.length, parts: [literal.replace(/\\([$`"\\])/g, '$1')] }
      : readVariable(rest, true);
    if (!piece?.parts) return undefined;
    parts.push(...piece.parts);
    at += piece.length;
  }
  return undefined;
}

/** `$NAME`, `${NAME}`, `${NAME-text}` and `${NAME:-text}`. */
function readVariable(text: string, isQuoted: boolean): Piece | undefined {
  const found = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?)-([\w@%+=:,./-]*))?\})/.exec(text);
  if (!found) return undefined;
  const [whole, plain, braced, colon, otherwise] = found;
  const variable = plain ?? braced ?? '';
  const fallback = otherwise === undefined ? {} : { otherwise, alsoWhenEmpty: colon === ':' };
  return { length: whole.length, parts: [{ variable, ...fallback, isQuoted }] };
}

/** As a shell reads it back. */
export function quoteWord(word: Word): string {
  if (typeof word !== 'string') return word.map(quotePart).join('');
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function quotePart(part: string | VariablePart): string {
  if (typeof part === 'string') return part === '' ? '' : quoteWord(part);
  const { variable, otherwise, alsoWhenEmpty, isQuoted } = part;
  const text = otherwise === undefined ? `\${${variable}}` : `\${${variable}${alsoWhenEmpty ? ':' : ''}-${otherwise}}`;
  return isQuoted ? `"${text}"` : text;
}
