import { decodePath } from '@dema/archive';

/** A name as cases write it: `{ab*3}` is `ababab`, and `%ff` is the byte 0xff. */
export function parseName(text: string): string {
  const long = text.replace(/\{([^{}*]+)\*(\d+)\}/g, (_, part: string, count) => part.repeat(Number(count)));
  const bytes = Buffer.from(long, 'utf8').toString('latin1');
  const plain = bytes.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return decodePath(Buffer.from(plain, 'latin1'));
}

/** What a file of that size holds: 0, 1, 2, ... 255, 0, 1, ... */
export function contentOf(size: number): Buffer {
  return Buffer.alloc(size, Buffer.from(Array.from({ length: 256 }, (_, index) => index)));
}
