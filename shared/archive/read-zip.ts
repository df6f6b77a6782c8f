import { crc32 } from 'node:zlib';
import { isFault } from '@dema/errors';
import yauzl from 'yauzl';
import { invalidZip, unsupportedZip } from './faults.ts';
import { decodePath } from './path-bytes.ts';
import { readBody } from './read-body.ts';
import type { TarEntry, TarEntryType } from './tar-entry.ts';

/** Who made an entry (APPNOTE 4.4.2); of others the attributes are no modes, and their `\` may separate folders. */
const UNIX = [3, 19];
const STORED = 0;
const DEFLATED = 8;
const LONGEST_LINK = 4096;
/** By the bits of st_mode that tell them apart; 0 where only permissions are given. */
const KINDS: ReadonlyMap<number, TarEntryType> = new Map([
  [0o040000, 'directory'],
  [0o120000, 'symlink'],
  [0o100000, 'file'],
  [0, 'file'],
]);

type ZipFile = Awaited<ReturnType<typeof yauzl.openPromise>>;
type ZipEntry = yauzl.Entry;

/**
 * The members of a zip archive in the order of its directory, as those of a tar archive; a body is read when it is asked for, before
 * the next entry is. Content is held against its size and its CRC-32. Where an entry says no mode a file has 0644, a folder 0755.
 * Faults: ARCHIVE_ZIP_INVALID, ARCHIVE_ZIP_UNSUPPORTED.
 */
export async function* readZip(path: string): AsyncGenerator<TarEntry> {
  const zip = await explained(path, () =>
    yauzl.openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false }),
  );
  try {
    const entries = zip.eachEntry();
    for (;;) {
      const { done, value } = await explained(path, () => entries.next());
      if (done) return;
      yield await describe(path, zip, value);
    }
  } finally {
    zip.close();
  }
}

async function describe(path: string, zip: ZipFile, entry: ZipEntry): Promise<TarEntry> {
  const isUnix = UNIX.includes(entry.versionMadeBy >> 8);
  const attributes = isUnix ? entry.externalFileAttributes >>> 16 : 0;
  const written = decodePath(entry.fileNameRaw);
  const name = isUnix ? written : written.replaceAll('\\', '/');
  const type = name.endsWith('/') ? 'directory' : KINDS.get(attributes & 0o170000);
  if (type === undefined) throw unsupportedZip(path, `an entry of an unknown kind (${name})`);
  const mode = attributes & 0o7777 || (type === 'directory' ? 0o755 : 0o644);
  const described = { path: name.replace(/^(?:\.\/+)+/, '').replace(/\/+$/, '') || '.', type, mode, uid: 0, gid: 0 };
  const body = () => readContent(path, zip, entry);
  if (type === 'file') return { ...described, size: entry.uncompressedSize, body };
  if (type === 'directory') return { ...described, size: 0 };
  if (entry.uncompressedSize > LONGEST_LINK) throw invalidZip(path, `the symbolic link ${name} is too long`);
  return { ...described, size: 0, linkPath: decodePath(await readBody({ body })) };
}

async function* readContent(path: string, zip: ZipFile, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  if (entry.isEncrypted()) throw unsupportedZip(path, 'an encrypted entry');
  if (![STORED, DEFLATED].includes(entry.compressionMethod))
    throw unsupportedZip(path, `an entry with the compression method ${entry.compressionMethod}`);
  let sum = 0;
  try {
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    throw asZipFault(path, error);
  }
  if (sum !== entry.crc32) throw invalidZip(path, `the content of ${decodePath(entry.fileNameRaw)} is damaged`);
}

async function explained<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw asZipFault(path, error);
  }
}

/** The library's own errors have no code, zlib's begin with Z_; those of the system stay what they are. */
function asZipFault(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || isFault(error) || 'syscall' in error) return error;
  return invalidZip(path, error.message);
}
