import { type ByteReader, createByteReader } from './byte-reader.ts';
import { malformedTar, truncatedArchive, unsupportedTar } from './faults.ts';
import { decodePath } from './path-bytes.ts';
import { parsePaxRecords } from './pax-records.ts';
import { parseTarHeader, parseTypeFlag, type TarHeader } from './read-tar-header.ts';
import { BLOCK, type TarEntry } from './tar-entry.ts';

const MAX_META = 1024 * 1024;
/** Extended headers of one member, and keys that hold for all. */
const MAX_EXTENDED = 64;
const MAX_TRAILER = 64 * 1024 * 1024;
const SMALL_BODY = 128 * 1024;

/**
 * The members of a plain tar archive (USTAR, PAX, GNU), one after the other. What stands in a body and was not read is skipped
 * when the next entry is asked for, so a body must be read before. A broken or cut archive is a fault.
 *
 * A reader of our own: it pulls, so nothing piles up between the parts of a chain, and it costs no event and no stream for a member.
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const reader = createByteReader(source);
  try {
    const globals = new Map<string, string>();
    for (;;) {
      const header = await readHeader(reader, globals);
      if (!header) break;
      yield* readMember(reader, header);
    }
    await drain(reader);
  } finally {
    await reader.close();
  }
}

/** The next member's header with everything laid over it that extended headers say; undefined at the end of the archive. */
async function readHeader(reader: ByteReader, globals: Map<string, string>): Promise<TarHeader | undefined> {
  const records = new Map<string, string>();
  const longNames: { path?: string; linkPath?: string } = {};
  for (let count = 0; ; count += 1) {
    if (count > MAX_EXTENDED || globals.size > MAX_EXTENDED) throw malformedTar('extended headers without end');
    const block = await reader.read(BLOCK);
    const header = block && parseTarHeader(block);
    if (!header && count > 0) throw truncatedArchive();
    if (!header) return undefined;
    if (header.flag === 'x') merge(records, parsePaxRecords(await readMeta(reader, header)));
    else if (header.flag === 'g') merge(globals, parsePaxRecords(await readMeta(reader, header)));
    else if (header.flag === 'L') longNames.path = parseLongName(await readMeta(reader, header));
    else if (header.flag === 'K') longNames.linkPath = parseLongName(await readMeta(reader, header));
    else if (header.flag === 'V') await readMeta(reader, header);
    else return applyRecords({ ...header, ...longNames }, globals, records);
  }
}

function merge(target: Map<string, string>, records: ReadonlyMap<string, string>): void {
  for (const [key, value] of records) target.set(key, value);
}

async function readMeta(reader: ByteReader, { size }: TarHeader): Promise<Buffer> {
  if (size < 0 || size > MAX_META) throw malformedTar('an extended header of more than 1 MiB');
  const data = await reader.read(padded(size));
  if (!data) throw truncatedArchive();
  return data.subarray(0, size);
}

function parseLongName(data: Buffer): string {
  const end = data.indexOf(0);
  return decodePath(end < 0 ? data : data.subarray(0, end));
}

function applyRecords(
  header: TarHeader,
  globals: ReadonlyMap<string, string>,
  records: ReadonlyMap<string, string>,
): TarHeader {
  for (const key of records.keys())
    if (key.startsWith('GNU.sparse.')) throw unsupportedTar(header.path, 'a sparse file');
  const find = (key: string) => records.get(key) ?? globals.get(key);
  return {
    ...header,
    path: find('path') ?? header.path,
    linkPath: find('linkpath') ?? header.linkPath,
    size: parseNumber(find('size')) ?? header.size,
    uid: parseNumber(find('uid')) ?? header.uid,
    gid: parseNumber(find('gid')) ?? header.gid,
    mtime: parseNumber(find('mtime')) ?? header.mtime,
  };
}

function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const value = Math.floor(Number(text));
  if (!/^-?[0-9]+(\.[0-9]*)?$/.test(text) || !Number.isSafeInteger(value))
    throw malformedTar('an extended header with a wrong number');
  return value;
}

async function* readMember(reader: ByteReader, header: TarHeader): AsyncGenerator<TarEntry> {
  const type = parseTypeFlag(header.flag, header.path);
  const size = type === 'file' ? header.size : 0;
  if (size < 0) throw malformedTar('a member of negative size');
  const { mode, uid, gid, mtime } = header;
  const entry: TarEntry = { path: cleanName(header.path), type, mode, uid, gid, size, mtime };
  if (type === 'symlink') entry.linkPath = header.linkPath;
  if (type === 'hardlink') entry.linkPath = cleanName(header.linkPath);
  if (type !== 'file') return yield entry;

  if (size <= SMALL_BODY) {
    const data = size > 0 ? await reader.read(padded(size)) : Buffer.alloc(0);
    if (!data) throw truncatedArchive();
    yield { ...entry, body: () => [data.subarray(0, size)] };
    return;
  }
  const rest = { size };
  yield { ...entry, body: () => readBody(reader, rest) };
  for await (const _ of readBody(reader, rest));
  if (!(await reader.read(padded(size) - size))) throw truncatedArchive();
}

function cleanName(name: string): string {
  return name.replace(/^(?:\.\/+)+/, '').replace(/(?<=[^/])\/+$/, '') || '.';
}

async function* readBody(reader: ByteReader, rest: { size: number }): AsyncGenerator<Uint8Array> {
  while (rest.size > 0) {
    const piece = await reader.readSome(rest.size);
    if (!piece) throw truncatedArchive();
    rest.size -= piece.length;
    yield piece;
  }
}

/** Reads on to the end, so that a decompressor in front gets to compare its checksum; padding without end is a fault. */
async function drain(reader: ByteReader): Promise<void> {
  for (let seen = 0; ; ) {
    const piece = await reader.readSome(MAX_TRAILER);
    if (!piece) return;
    seen += piece.length;
    if (seen > MAX_TRAILER) throw malformedTar('more than 64 MiB after its end');
  }
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}
