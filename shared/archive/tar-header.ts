import { posix } from 'node:path';
import { encodePath, isAscii } from './path-bytes.ts';
import { renderPaxRecords } from './pax-records.ts';
import { BLOCK, FIXED_MTIME, type TarEntry, type TarEntryType } from './tar-entry.ts';

const TYPE_FLAGS: Record<TarEntryType, string> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};
const NAME_SIZE = 100;
const PREFIX_SIZE = 155;

/**
 * The header blocks of an entry as Go's archive/tar writes them when no format is asked for: USTAR when every field fits,
 * else an extended header with just the fields that do not fit, followed by a header in which those are zero or cut.
 * The bytes decide a layer's diffID, so they must be Go's, not merely valid. Numbers of devices are written as 0.
 */
export function renderTarHeader(entry: TarEntry): Buffer {
  const size = entry.type === 'file' ? entry.size : 0;
  const mtime = entry.mtime ?? FIXED_MTIME;
  const linkPath = entry.linkPath ?? '';
  const split = splitPath(entry.path);
  const records = new Map<string, string>();
  if (!fitsName(entry.path) && !split) records.set('path', entry.path);
  if (!fitsName(linkPath)) records.set('linkpath', linkPath);
  if (!fitsOctal(entry.uid, 8)) records.set('uid', String(entry.uid));
  if (!fitsOctal(entry.gid, 8)) records.set('gid', String(entry.gid));
  if (!fitsOctal(size, 12)) records.set('size', String(size));
  if (!fitsOctal(mtime, 12)) records.set('mtime', String(mtime));

  const flag = TYPE_FLAGS[entry.type];
  if (records.size === 0) return renderBlock({ ...entry, ...split, flag, size, mtime, linkPath });
  // Beside an extended header Go neither splits a path nor keeps what is not ASCII; a split path becomes a record as well.
  if (split) records.set('path', entry.path);
  const main = renderBlock({ ...entry, path: asciiOnly(entry.path), flag, size, mtime, linkPath: asciiOnly(linkPath) });
  return Buffer.concat([renderExtendedHeader(entry.path, records), main]);
}

function renderExtendedHeader(path: string, records: ReadonlyMap<string, string>): Buffer {
  const data = renderPaxRecords(records);
  const slash = path.lastIndexOf('/') + 1;
  const name = posix.join(path.slice(0, slash), 'PaxHeaders.0', path.slice(slash));
  const header = Buffer.alloc(BLOCK + Math.ceil(data.length / BLOCK) * BLOCK);
  writeName(header, 0, NAME_SIZE, asciiOnly(name).slice(0, NAME_SIZE).replace(/\/+$/, ''));
  for (const offset of [100, 108, 116]) writeOctal(header, offset, 8, 0);
  writeOctal(header, 136, 12, 0);
  writeOctal(header, 124, 12, data.length);
  writeClosing(header, 'x');
  data.copy(header, BLOCK);
  return header;
}

interface BlockFields {
  path: string;
  prefix?: string;
  mode: number;
  uid: number;
  gid: number;
  size: number;
  mtime: number;
  flag: string;
  linkPath: string;
}

function renderBlock({ path, prefix = '', mode, uid, gid, size, mtime, flag, linkPath }: BlockFields): Buffer {
  const block = Buffer.alloc(BLOCK);
  writeName(block, 0, NAME_SIZE, path);
  writeOctal(block, 100, 8, mode);
  writeOctal(block, 108, 8, uid);
  writeOctal(block, 116, 8, gid);
  writeOctal(block, 124, 12, size);
  writeOctal(block, 136, 12, mtime);
  writeName(block, 157, NAME_SIZE, linkPath);
  writeOctal(block, 329, 8, 0);
  writeOctal(block, 337, 8, 0);
  writeName(block, 345, PREFIX_SIZE, prefix);
  writeClosing(block, flag);
  return block;
}

function writeClosing(block: Buffer, flag: string): void {
  block.write(flag, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  block.fill(0x20, 148, 156);
  let sum = 0;
  for (let index = 0; index < BLOCK; index += 1) sum += block[index] ?? 0;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

function writeName(block: Buffer, offset: number, width: number, name: string): void {
  const bytes = encodePath(name);
  bytes.copy(block, offset, 0, width);
  // A cut name that ends in a slash would make some readers take a file for a directory.
  if (bytes.length > width)
    for (let end = width - 1; end >= 0 && block[offset + end] === 0x2f; end -= 1) block[offset + end] = 0;
}

/** Digits with leading zeros and a NUL; what does not fit is 0. Digit by digit, as this is most of the work of writing many small files. */
function writeOctal(block: Buffer, offset: number, width: number, value: number): void {
  let rest = fitsOctal(value, width) ? value : 0;
  for (let index = offset + width - 2; index >= offset; index -= 1) {
    block[index] = 0x30 + (rest % 8);
    rest = Math.floor(rest / 8);
  }
}

function fitsOctal(value: number, width: number): boolean {
  return value >= 0 && value < 8 ** (width - 1);
}

function fitsName(name: string): boolean {
  return name.length <= NAME_SIZE && isAscii(name);
}

function asciiOnly(name: string): string {
  return name.replace(/[^\x01-\x7f]/g, '');
}

/** A long path as USTAR's prefix and name: cut at the last slash that leaves both short enough. */
function splitPath(path: string): { prefix: string; path: string } | undefined {
  if (path.length <= NAME_SIZE || !isAscii(path)) return undefined;
  const limit = path.length > PREFIX_SIZE + 1 ? PREFIX_SIZE + 1 : path.endsWith('/') ? path.length - 1 : path.length;
  const slash = path.lastIndexOf('/', limit - 1);
  const rest = path.length - slash - 1;
  if (slash <= 0 || rest > NAME_SIZE || rest === 0) return undefined;
  return { prefix: path.slice(0, slash), path: path.slice(slash + 1) };
}
