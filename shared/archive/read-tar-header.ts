import { malformedTar, unsupportedTar } from './faults.ts';
import { decodePath } from './path-bytes.ts';
import { BLOCK, type TarEntryType } from './tar-entry.ts';

/** A header block as it stands, before extended headers are laid over it. */
export interface TarHeader {
  flag: string;
  path: string;
  linkPath: string;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  mtime: number;
}

/** A header block; undefined for the block of zeros that ends an archive. A wrong checksum is a fault. */
export function parseTarHeader(block: Buffer): TarHeader | undefined {
  if (!hasChecksum(block)) {
    if (block.every((byte) => byte === 0)) return undefined;
    throw malformedTar('a header with a wrong checksum');
  }
  const prefix = block.toString('latin1', 257, 263) === 'ustar\0' ? parseName(block, 345, prefixSize(block)) : '';
  const name = parseName(block, 0, 100);
  return {
    flag: block.toString('latin1', 156, 157),
    path: prefix ? `${prefix}/${name}` : name,
    linkPath: parseName(block, 157, 100),
    mode: parseNumber(block, 100, 8) & 0o7777,
    uid: parseNumber(block, 108, 8),
    gid: parseNumber(block, 116, 8),
    size: parseNumber(block, 124, 12),
    mtime: parseNumber(block, 136, 12),
  };
}

/** What kind of member a type flag says; the path of old archives ends in a slash for a directory. */
export function parseTypeFlag(flag: string, path: string): TarEntryType {
  switch (flag) {
    case '\0':
    case '0':
    case '7':
      return path.endsWith('/') ? 'directory' : 'file';
    case '1':
      return 'hardlink';
    case '2':
      return 'symlink';
    case '3':
      return 'character';
    case '4':
      return 'block';
    case '5':
      return 'directory';
    case '6':
      return 'fifo';
    case 'S':
      throw unsupportedTar(path, 'a sparse file');
    default:
      throw unsupportedTar(path, `a member of type ${JSON.stringify(flag)}`);
  }
}

/** The archives of star keep times in the last bytes of the prefix. */
function prefixSize(block: Buffer): number {
  return block.toString('latin1', 508, 512) === 'tar\0' ? 131 : 155;
}

/** Old writers summed signed bytes, so both sums count. */
function hasChecksum(block: Buffer): boolean {
  let unsigned = 8 * 0x20;
  let signed = unsigned;
  for (let index = 0; index < BLOCK; index += 1) {
    if (index === 148) index = 156;
    const byte = block[index] ?? 0;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  const text = block.toString('latin1', 148, 156).replace(/^[ \0]+|[ \0].*$/gs, '');
  const sum = /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : -1;
  return sum === unsigned || sum === signed;
}

function parseName(block: Buffer, offset: number, width: number): string {
  const end = block.indexOf(0, offset);
  return decodePath(block.subarray(offset, end < 0 || end > offset + width ? offset + width : end));
}

/** Octal digits, or for large values GNU's base 256, marked by the highest bit. */
function parseNumber(block: Buffer, offset: number, width: number): number {
  const field = block.subarray(offset, offset + width);
  if ((field[0] ?? 0) & 0x80) return parseBase256(field);
  const text = field.toString('latin1').replace(/^[ \0]+|[ \0]+$|\0.*/gs, '');
  if (!/^[0-7]*$/.test(text)) throw malformedTar('a header with a number that is not octal');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

function parseBase256(field: Buffer): number {
  const negative = ((field[0] ?? 0) & 0x40) !== 0;
  let value = negative ? -1n : BigInt((field[0] ?? 0) & 0x3f);
  for (const byte of field.subarray(1)) value = value * 256n + BigInt(byte);
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER))
    throw malformedTar('a header with a number out of range');
  return Number(value);
}
