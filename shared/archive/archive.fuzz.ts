import { createReadStream, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { fuzz, makeDeb } from '@dema/testkit';
import { decompress } from './decompress.ts';
import { parsePaxRecords } from './pax-records.ts';
import { readDeb } from './read-deb.ts';
import { readTar } from './read-tar.ts';
import type { TarEntry } from './tar-entry.ts';
import { unpackEntries, unpackTar, unpackZip } from './unpack.ts';
import { writeTar } from './write-tar.ts';
import { makeZip } from './zip-case.ts';

const OWNER = { mode: 0o644, uid: 0, gid: 0, size: 0 };
const LONG = `${'deep/'.repeat(40)}${'long'.repeat(40)}`;
const MOST_BYTES = 4 * 1024 * 1024;

function file(path: string, text: string): TarEntry {
  const bytes = Buffer.from(text);
  return { ...OWNER, path, type: 'file', size: bytes.length, body: () => [bytes] };
}

function folder(path: string): TarEntry {
  return { ...OWNER, path, type: 'directory', mode: 0o755 };
}

function link(path: string, linkPath: string, type: 'symlink' | 'hardlink' = 'symlink'): TarEntry {
  return { ...OWNER, path, type, linkPath };
}

/** Of ordinary archives, and of ones that try to get out of their folder. */
const MEMBERS: TarEntry[][] = [
  [folder('package'), file('package/index.js', 'exports.a = 1;\n'), file('package/README.md', 'read '.repeat(400))],
  [folder('a'), link('a/up', '..'), file('a/up/beside', 'through a link'), link('b', 'a/up', 'hardlink')],
  [link('out', '../beside'), file('out', 'over a link'), link('again', '../beside', 'hardlink')],
  [link('a', 'b'), link('b', '../'), file('a/beside', 'by two links'), folder('a')],
  [file('../beside', 'upwards'), file('/beside', 'absolute'), file('a/../../beside', 'both')],
  [file(LONG, 'a long name'), link('short', LONG), file('umlaut-\u00e4\u00f6\u00fc', '\ud83d\ude00')],
  [{ ...file('sticky', 'x'), mode: 0o7777 }, { ...folder('closed'), mode: 0 }, file('closed/file', 'x')],
];

const TARS = await Promise.all(MEMBERS.map((members) => buffer(writeTar(members))));
const TOKENS = [
  'ustar\0',
  'ustar  \0',
  '../',
  '/',
  'path=',
  'size=',
  '\0',
  '0000644\0',
  '00000000000\0',
  '77777777777',
  'xgLK',
];
const XZ = Buffer.from(
  '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQANaGVsbG8gZnJvbSB4egoAAABb+Ybd5id65gABJg4IG+AEH7bzfQEAAAAABFla',
  'base64',
);

async function* inPieces(input: Buffer): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < input.length; start += 1000) yield input.subarray(start, start + 1000);
}

async function readAll(entries: AsyncIterable<TarEntry>): Promise<void> {
  for await (const { body } of entries) for await (const _ of body?.() ?? []);
}

/** What is read of a stream that may be very much longer unpacked. */
async function readSome(source: AsyncIterable<Uint8Array>): Promise<void> {
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > 64 * 1024 * 1024) return;
  }
}

fuzz('tar, read', {
  format: 'tar',
  seeds: TARS,
  tokens: TOKENS,
  wrap: gzipSync,
  inputs: 3000,
  run: (input) => readAll(readTar(decompress(inPieces(input)))),
});

fuzz('tar, unpacked', {
  format: 'tar',
  seeds: TARS,
  tokens: TOKENS,
  inputs: 3000,
  run: (input, into) => unpackTar(inPieces(input), join(into, 'target'), { maxBytes: MOST_BYTES, maxEntries: 1000 }),
});

fuzz('tar, unpacked over what is there', {
  format: 'tar',
  seeds: TARS,
  tokens: TOKENS,
  inputs: 1800,
  async run(input, into) {
    const target = join(into, 'target');
    mkdirSync(target);
    for (const name of ['out', 'a', 'package']) symlinkSync('../../beside', join(target, name));
    await unpackTar(inPieces(input), target, { maxBytes: MOST_BYTES, root: true, strip: 0 });
  },
});

fuzz('pax records', { seeds: ['30 mtime=1234567890.123456789\n11 path=ab\n', '9 size=1\n'], run: parsePaxRecords });

fuzz('gzip, xz, zstd', {
  seeds: [gzipSync('plain '.repeat(500)), XZ, zstdCompressSync('plain '.repeat(500)), 'BZh91AY&SY'],
  tokens: ['\x1f\x8b\x08', '\xfd7zXZ\0', '(\xb5/\xfd', 'BZh'].map((magic) => Buffer.from(magic, 'latin1').toString()),
  inputs: 2400,
  run: (input) => readSome(decompress(inPieces(input))),
});

const DEBS = await Promise.all(
  MEMBERS.map((files) => makeDeb({ name: 'hello', version: '1.2-3', fields: { Depends: 'libc6 (>= 2.38)' }, files })),
);

fuzz('deb', {
  seeds: DEBS,
  tokens: ['!<arch>\n', 'debian-binary   ', 'control.tar.gz  ', 'data.tar.xz     ', '`\n', '0         ', '4294967296'],
  inputs: 2400,
  async run(input, into) {
    const path = join(into, 'hello.deb');
    writeFileSync(path, input);
    const { data } = await readDeb(path);
    await unpackEntries(data(), join(into, 'target'), { root: true, maxBytes: MOST_BYTES });
  },
});

fuzz('streams of files', {
  seeds: TARS.map((tar) => gzipSync(tar)),
  inputs: 600,
  async run(input, into) {
    const path = join(into, 'archive.tgz');
    writeFileSync(path, input);
    await unpackTar(createReadStream(path), join(into, 'target'), { maxBytes: MOST_BYTES, strip: 1 });
  },
});

const LINK = 0o120777;
const ZIPS = [
  [
    { name: 'lib/' },
    { name: 'lib/a.class', content: 'class '.repeat(200) },
    { name: 'META-INF/MANIFEST.MF', content: 'A: b' },
  ],
  [
    { name: 'out', content: '../beside', mode: LINK },
    { name: 'out/x', content: 'through a link', mode: 0o100644 },
  ],
  [
    { name: '../beside', content: 'upwards' },
    { name: '/beside', content: 'absolute' },
    { name: '..\\beside', content: 'x' },
  ],
  [
    { name: LONG, content: 'a long name', method: 0 },
    { name: 'dup', content: '1' },
    { name: 'dup', content: '2' },
  ],
].map(makeZip);

fuzz('zip, unpacked', {
  seeds: ZIPS,
  tokens: ['PK\x01\x02', 'PK\x03\x04', 'PK\x05\x06', 'PK\x06\x06', '../', '/', '\\', '\0', '\xff\xff\xff\xff'],
  inputs: 2400,
  async run(input, into) {
    const path = join(into, 'archive.zip');
    writeFileSync(path, input);
    await unpackZip(path, join(into, 'target'), { maxBytes: MOST_BYTES, maxEntries: 1000 });
  },
});
