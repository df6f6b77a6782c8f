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
  if (!first) return { position: positionAt(text, text.length), problem: 'it cannot be read' };
  return { position: positionAt(text, first.offset), problem: describe(first) };
}

/** `CommaExpected` is "a comma is missing here", `InvalidSymbol` "invalid symbol". */
function describe({ error }: ParseError): string {
  const words = printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
  return words.replace(/^(.*) expected$/, 'a $1 is missing here');
}

function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}
