/** A command that needs no shell: variables set for it alone, and its words without their quotes. */
export interface PlainCommand {
  assignments: Record<string, string>;
  words: string[];
}

/** Characters that mean something to a shell outside of quotes. */
const SPECIAL = /[|&;<>()$`*?[\]{}~#!\n]/;

/** The parts of `a && b && c`. A command with groups or substitutions is left whole. */
export function splitChain(text: string): string[] {
  const parts: string[] = [];
  let rest = '';
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (quote === '' && /[(`{]/.test(character)) return [text.trim()];
    if (quote === '' && text.startsWith('&&', index)) {
      parts.push(rest.trim());
      rest = '';
      index += 1;
      continue;
    }
    if (character === '\\' && quote !== "'") {
      rest += text.slice(index, index + 2);
      index += 1;
      continue;
    }
    if (quote === '' ? /["']/.test(character) : character === quote) quote = quote === '' ? character : '';
    rest += character;
  }
  return [...parts, rest.trim()];
}

/** Undefined when only a shell can tell what the text means. */
export function parsePlainCommand(text: string): PlainCommand | undefined {
  const words = splitWords(text);
  if (!words) return undefined;
  const first = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  if (first === -1) return undefined;
  const assignments = words.slice(0, first).map((word) => {
    const at = word.indexOf('=');
    return [word.slice(0, at), word.slice(at + 1)];
  });
  return { assignments: Object.fromEntries(assignments), words: words.slice(first) };
}

function splitWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  for (let rest = text.trim(); rest !== ''; ) {
    const piece = readPiece(rest);
    if (!piece) return undefined;
    rest = rest.slice(piece.length);
    if (piece.value !== undefined) word = (word ?? '') + piece.value;
    else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** The next quoted or unquoted piece; without a value it is the space between two words. */
function readPiece(text: string): { length: number; value?: string } | undefined {
  const space = /^[ \t]+/.exec(text)?.[0];
  if (space) return { length: space.length };
  const single = /^'([^']*)'/.exec(text);
  if (single) return { length: single[0].length, value: single[1] ?? '' };
  const double = /^"((?:[^"\\$`]|\\.)*)"/s.exec(text);
  if (double) return { length: double[0].length, value: (double[1] ?? '').replace(/\\([$`"\\])/g, '$1') };
  const escaped = /^\\(.)/.exec(text);
  if (escaped) return { length: 2, value: escaped[1] ?? '' };
  const plain = /^[^ \t'"\\]+/.exec(text)?.[0];
  return plain === undefined || SPECIAL.test(plain) ? undefined : { length: plain.length, value: plain };
}

/** As a shell reads it back. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
