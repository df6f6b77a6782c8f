import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { create } from 'tar';
import { expect, test } from 'vitest';
import { readBody, readTar, type TarEntry, writeTar } from './index.ts';

async function* chunksOf(content: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < content.length; offset += size) yield content.subarray(offset, offset + size);
}

function file(path: string, content: string, fields: Partial<TarEntry> = {}): TarEntry {
  return {
    path,
    type: 'file',
    mode: 0o644,
    uid: 1,
    gid: 2,
    size: Buffer.byteLength(content),
    body: () => [Buffer.from(content)],
    ...fields,
  };
}

async function readAll(tar: Uint8Array, chunk?: number): Promise<(Omit<TarEntry, 'body'> & { content?: string })[]> {
  const all = [];
  for await (const { body, ...entry } of readTar(chunksOf(tar, chunk))) {
    all.push(body ? { ...entry, content: String(await readBody({ body })) } : entry);
  }
  return all;
}

/** A header of an old writer: GNU's magic, and the fields that the test is about. */
function gnuHeader(
  name: string,
  flag: string,
  size: number,
  change: (block: Buffer) => void = () => undefined,
): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  for (const offset of [100, 108, 116]) block.write('0000644\0', offset);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write(flag, 156);
  block.write('ustar  \0', 257);
  change(block);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

const END = Buffer.alloc(1024);
const padded = (text: string | Buffer) => Buffer.concat([Buffer.from(text), Buffer.alloc(512 - (text.length % 512))]);

test.each([1, 511, 512, 513, 100_000])('what was written is read back, in chunks of %i bytes', async (chunk) => {
  const entries: TarEntry[] = [
    { path: '/a', type: 'directory', mode: 0o1777, uid: 0, gid: 0, size: 0, mtime: 7 },
    file('/a/one', 'first'),
    file(`/a/${'x'.repeat(300)}`, 'long', { uid: 2 ** 31 }),
    { path: '/a/l', type: 'symlink', mode: 0o777, uid: 0, gid: 0, size: 0, linkPath: 'ö'.repeat(80) },
    { path: '/a/h', type: 'hardlink', mode: 0o644, uid: 0, gid: 0, size: 0, linkPath: '/a/one' },
    file('/a/empty', ''),
  ];
  const read = await readAll(await buffer(writeTar(entries)), chunk);
  const expected = entries.map(({ body, ...entry }) => ({
    mtime: 315532801,
    ...entry,
    ...(body && { content: Buffer.concat([...(body() as Buffer[])]).toString() }),
  }));
  expect(read).toEqual(expected);
});

test('archives of another writer are read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tar-'));
  const name = `${'long'.repeat(40)}-ß.txt`;
  await writeFile(join(folder, name), 'content');
  await create({ file: join(folder, 'a.tar'), cwd: folder, portable: true, prefix: './package' }, [name]);
  const seen = [];
  for await (const entry of readTar(createReadStream(join(folder, 'a.tar'))))
    seen.push([entry.path, String(await readBody(entry))]);
  expect(seen).toEqual([[`package/${name}`, 'content']]);
  await rm(folder, { recursive: true });
});

test('a leading ./ is dropped, of what a hard link names as well', async () => {
  const link = gnuHeader('./b', '1', 0, (block) => block.write('./a', 157));
  const read = await readAll(Buffer.concat([gnuHeader('./', '5', 0), gnuHeader('./a', '0', 0), link, END]));
  expect(read.map(({ path }) => path)).toEqual(['.', 'a', 'b']);
  expect(read[2]?.linkPath).toBe('a');
});

test('GNU long names and links', async () => {
  const [name, target] = ['n'.repeat(300), 't'.repeat(200)];
  const tar = [
    gnuHeader('././@LongLink', 'L', 301),
    padded(`${name}\0`),
    gnuHeader('././@LongLink', 'K', 201),
    padded(`${target}\0`),
  ];
  const [link] = await readAll(Buffer.concat([...tar, gnuHeader('n', '2', 0), END]));
  expect(link).toMatchObject({ path: name, type: 'symlink', linkPath: target });
});

test('large numbers in base 256, old folders, and times of star in the prefix', async () => {
  const large = gnuHeader('big', '0', 0, (block) => {
    block.fill(0, 108, 116).writeUInt8(0x80, 108);
    block.writeUInt32BE(3_000_000_000, 112);
  });
  const old = gnuHeader('folder/', '\0', 0, (block) => block.fill(0, 257, 265));
  const star = gnuHeader('file', '0', 0, (block) => {
    block.write('ustar\x0000', 257);
    block.write('prefix', 345);
    block.write('14700000000 14700000000\0tar\0', 476 + 8);
    block.write('tar\0', 508);
  });
  const [first, second, third] = await readAll(Buffer.concat([large, old, star, END]));
  expect(first?.uid).toBe(3_000_000_000);
  expect(second).toMatchObject({ path: 'folder', type: 'directory' });
  expect(third?.path).toBe('prefix/file');
});

test('a global extended header holds for all that follow', async () => {
  const record = '13 uid=54321\n';
  const tar = [gnuHeader('g', 'g', record.length), padded(record), gnuHeader('a', '0', 0), gnuHeader('b', '0', 0), END];
  expect((await readAll(Buffer.concat(tar))).map(({ uid }) => uid)).toEqual([54321, 54321]);
});

test('names that are not UTF-8 keep their bytes', async () => {
  const [entry] = await readAll(Buffer.concat([gnuHeader('caf', '0', 0, (block) => block.writeUInt8(0xe9, 3)), END]));
  const again = await buffer(writeTar([file(entry?.path ?? '', '')]));
  expect(again.includes(Buffer.from([0x63, 0x61, 0x66, 0xe9]))).toBe(true);
});

test('bodies that nobody reads are skipped', async () => {
  const large = 'x'.repeat(400_000);
  const tar = await buffer(writeTar([file('a', large), file('b', 'small'), file('c', large), file('d', 'last')]));
  const seen = [];
  for await (const { path, body } of readTar(chunksOf(tar, 70_000))) {
    if (path === 'c' && body) for await (const _ of body()) break;
    seen.push(path === 'd' ? String(await readBody({ body })) : path);
  }
  expect(seen).toEqual(['a', 'b', 'c', 'last']);
});

test.each([
  ['inside a header', 300],
  ['inside a small body', 512 + 5],
  ['inside the padding', 1000],
])('an archive that is cut %s is a fault', async (_, length) => {
  const tar = await buffer(writeTar([file('a', 'content')]));
  await expect(readAll(tar.subarray(0, length))).rejects.toMatchObject({ code: 'ARCHIVE_TRUNCATED' });
});

test('an archive that is cut inside a large body is a fault, read or not', async () => {
  const tar = (await buffer(writeTar([file('a', 'x'.repeat(400_000))]))).subarray(0, 300_000);
  await expect(readAll(tar)).rejects.toMatchObject({ code: 'ARCHIVE_TRUNCATED' });
  await expect(buffer(writeTar(readTar(chunksOf(tar))))).rejects.toMatchObject({ code: 'ARCHIVE_TRUNCATED' });
});

test.each<[string, Buffer]>([
  ['ARCHIVE_TAR_INVALID', Buffer.concat([gnuHeader('a', '0', 0).fill('X', 20, 21), END])],
  ['ARCHIVE_TAR_INVALID', Buffer.from('this is no archive'.repeat(100))],
  ['ARCHIVE_TAR_INVALID', gnuHeader('a', '0', 0, (block) => block.write('0009644', 100))],
  ['ARCHIVE_TAR_INVALID', gnuHeader('a', '0', 0, (block) => block.fill(0xff, 124, 136))],
  ['ARCHIVE_TAR_INVALID', gnuHeader('a', '0', 0, (block) => block.fill(0x80, 124, 125).fill(0xff, 125, 136))],
  ['ARCHIVE_TAR_INVALID', gnuHeader('x', 'x', 2 ** 31)],
  ['ARCHIVE_TAR_INVALID', Buffer.concat([gnuHeader('x', 'x', 9), padded('99 a=b\n\n\n'), gnuHeader('a', '0', 0), END])],
  [
    'ARCHIVE_TAR_INVALID',
    Buffer.concat([gnuHeader('x', 'x', 11), padded('11 size=-1\n'), gnuHeader('a', '0', 0), END]),
  ],
  [
    'ARCHIVE_TAR_INVALID',
    Buffer.concat([gnuHeader('x', 'x', 12), padded('12 size=1e9\n'), gnuHeader('a', '0', 0), END]),
  ],
  [
    'ARCHIVE_TAR_INVALID',
    Buffer.concat([gnuHeader('x', 'x', 12), padded('12 path=a\0b\n'), gnuHeader('a', '0', 0), END]),
  ],
  [
    'ARCHIVE_TRUNCATED',
    Buffer.concat([gnuHeader('x', 'x', 9), padded('9 uid=1\n\n'.slice(0, 8)), END]).subarray(0, 700),
  ],
  ['ARCHIVE_TAR_UNSUPPORTED', Buffer.concat([gnuHeader('a', 'S', 0), END])],
  [
    'ARCHIVE_TAR_UNSUPPORTED',
    Buffer.concat([gnuHeader('x', 'x', 22), padded('22 GNU.sparse.major=1\n'), gnuHeader('a', '0', 0), END]),
  ],
  ['ARCHIVE_TAR_UNSUPPORTED', Buffer.concat([gnuHeader('a', 'M', 0), END])],
])('a broken archive is the fault %s (%#)', async (code, tar) => {
  await expect(readAll(tar)).rejects.toMatchObject({ code });
});

test.each(['x', 'g', 'L'])('extended headers (%s) without end are a fault', async (flag) => {
  let read = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (; ; read += 1) {
      const record = `17 key-${String(read % 1e6).padStart(6, '0')}=v\n`;
      yield Buffer.concat([gnuHeader('x', flag, record.length), padded(record)]);
    }
  }
  const reading = (async () => {
    for await (const _ of readTar(endless()));
  })();
  await expect(reading).rejects.toMatchObject({ code: 'ARCHIVE_TAR_INVALID' });
  expect(read).toBeLessThan(200);
});

test('what follows the end is read, so that checksums are compared, but not for ever', async () => {
  let read = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield* writeTar([]);
    for (; ; read += 1) yield Buffer.alloc(8 * 1024 * 1024);
  }
  const reading = (async () => {
    for await (const _ of readTar(endless()));
  })();
  await expect(reading).rejects.toMatchObject({ code: 'ARCHIVE_TAR_INVALID' });
  expect(read).toBeLessThan(20);
});

test('a reader that stops lets go of the source', async () => {
  const tar = await buffer(writeTar([file('a', 'x'.repeat(400_000)), file('b', '')]));
  let released = false;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunksOf(tar);
    } finally {
      released = true;
    }
  }
  for await (const _ of readTar(watched())) break;
  expect(released).toBe(true);
});
