import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';

export interface TextPosition {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units. */
  column: number;
}

/** Where and why a text that JSON.parse refuses is not JSON; the position of the first mistake. */
export function findJsonMistake(text: string): { position: TextPosition; problem: string } {
  const mistakes: ParseError[] = [];
  parse(text, mistakes, { disallowComments: true, allowTrailingComma: false });
  const first = mistakes[0];
  return { position: positionAt(text, first.offset), problem: describe(first) };
}

function describe(mistake: ParseError): string {
  const words = printParseErrorCode(mistake.error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.replace('expected', 'is missing here').replace(/^(.*) is missing here$/, 'a $1 is missing here');
}

function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
