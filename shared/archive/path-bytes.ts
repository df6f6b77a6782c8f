import { isUtf8 } from 'node:buffer';

const ESCAPE = 0xdc00;

/**
 * The bytes of a file name as text. Names on Linux are bytes, and some are not UTF-8: each byte that is not
 * becomes a lone surrogate (U+DC80 to U+DCFF), as Python does it, so that `encodePath` gives the same bytes back.
 */
export function decodePath(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let text = '';
  for (let index = 0; index < buffer.length; ) {
    const length = [1, 2, 3, 4].find(
      (size) => index + size <= buffer.length && isUtf8(buffer.subarray(index, index + size)),
    );
    text += length
      ? buffer.toString('utf8', index, index + length)
      : String.fromCharCode(ESCAPE + (buffer[index] ?? 0));
    index += length ?? 1;
  }
  return text;
}

/** The bytes of a name that `decodePath` gave, or of any text. */
export function encodePath(path: string): Buffer {
  if (path.isWellFormed()) return Buffer.from(path, 'utf8');
  const parts = Array.from(path, (character) =>
    character.isWellFormed() ? Buffer.from(character, 'utf8') : Buffer.of(character.charCodeAt(0) & 0xff),
  );
  return Buffer.concat(parts);
}

/** What the functions of node:fs take for this path: the text itself, or its bytes where they are not UTF-8. */
export function systemPath(path: string): string | Buffer {
  return path.isWellFormed() ? path : encodePath(path);
}

/** Order of two names by their bytes, as Go sorts them; UTF-16 order differs beyond U+FFFF. */
export function comparePaths(left: string, right: string): number {
  if (isAscii(left) || isAscii(right)) return left < right ? -1 : left > right ? 1 : 0;
  return Buffer.compare(encodePath(left), encodePath(right));
}

/** Whether the text is ASCII without NUL, which is what a USTAR field can hold. */
export function isAscii(text: string): boolean {
  return /^[\x01-\x7f]*$/.test(text);
}
