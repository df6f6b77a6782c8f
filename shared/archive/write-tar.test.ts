import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { list } from 'tar';
import { expect, test } from 'vitest';
import type { TarEntry } from './index.ts';
import { writeTar } from './write-tar.ts';

function entry(path: string, type: TarEntry['type'], fields: Partial<TarEntry> = {}): TarEntry {
  const size = fields.size ?? 0;
  const body = () => [Buffer.from(Array.from({ length: size }, (_, index) => index % 256))];
  return { path, type, mode: 0o644, uid: 1001, gid: 1000, size, body, ...fields };
}

const LONG = `/layers/${'n'.repeat(40)}/${'m'.repeat(60)}`;

/** SHA-256 of what the archive/tar of Go 1.26 writes for these entries. */
const GO: [string, TarEntry[], string][] = [
  [
    'what fits into USTAR',
    [
      entry('/layers', 'directory', { mode: 0o755 }),
      entry('/layers/a', 'file', { size: 700 }),
      entry('/layers/l', 'symlink', { mode: 0o777, linkPath: '../a' }),
    ],
    '9c52143498495a85a3ca6c5b6526593f5034f59acf9af52270a56f5c51994828',
  ],
  [
    'a path split in two',
    [entry(LONG, 'file', { size: 3 })],
    '10a7e920cd362230cfd97e0320b9922af65b83997be8fca8409be7dfd1a7739d',
  ],
  [
    'a name too long for that',
    [entry(`/layers/${'x'.repeat(120)}`, 'file', { size: 1 })],
    '1171c8ee77d33801489a1e1f85b90c2c7f9187c06ec7987e5581c3c8d83b4086',
  ],
  [
    'a name that is not ASCII',
    [entry('/layers/grüße', 'file', { size: 1 })],
    '9c3f9c1f92573d10581b42aa67870204ca7abd99642b3c6f969e82ed9167135b',
  ],
  [
    'a long link',
    [entry('/l', 'symlink', { mode: 0o777, linkPath: 't'.repeat(101) })],
    'ab5b23c9ce5aca175d59a689c1878f33c4b487afb9cdab4ebd65a416565eeaf0',
  ],
  [
    'large owners',
    [entry('/o', 'file', { uid: 2097152, gid: 4000000 })],
    '48e2adbb72f418f895850879e1580ce9a44aaa7c0b8cc64d9967b117ef775de3',
  ],
  [
    'a time before 1970',
    [entry('/o', 'file', { mtime: -1 })],
    'ea760054681d9c0ac73ae1e88bfb6c60c9391aa0692a3f52db787d1dfc14aa25',
  ],
  [
    'a long path beside a large owner',
    [entry(LONG, 'file', { uid: 2097152 })],
    '2034e58e9e03c717a8b0d936e8ae55913edf436989c99d8acc66ba15f44893be',
  ],
  [
    'setuid, a pipe and a hard link',
    [entry('/s', 'file', { mode: 0o6755 }), entry('/p', 'fifo'), entry('/h', 'hardlink', { linkPath: '/s' })],
    '0405f76c013670c2002b63e2353c3b75a75ea89c73973b89c44c206c8bd6d5cc',
  ],
  ['nothing', [], '5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef'],
];

test.each(GO)("the bytes are those of Go's archive/tar: %s", async (_, entries, sha256) => {
  const tar = await buffer(writeTar(entries));
  expect(createHash('sha256').update(tar).digest('hex')).toBe(sha256);
});

test('bodies that come bit by bit make the same archive', async () => {
  async function* bits(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < 3; index += 1) yield Buffer.of(index);
  }
  const [whole, streamed] = [entry('a', 'file', { size: 3 }), entry('a', 'file', { size: 3, body: bits })];
  expect((await buffer(writeTar([streamed]))).equals(await buffer(writeTar([whole])))).toBe(true);
});

test.each([
  ['too little', 5],
  ['too much', 1],
])('a body of %s is a fault, not a broken archive', async (_, size) => {
  const body = () => [Buffer.from('abc')];
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('abc');
  }
  await expect(buffer(writeTar([entry('a', 'file', { size, body })]))).rejects.toMatchObject({
    code: 'ARCHIVE_FILE_CHANGED',
  });
  await expect(buffer(writeTar([entry('a', 'file', { size, body: slow })]))).rejects.toMatchObject({
    code: 'ARCHIVE_FILE_CHANGED',
  });
});

test('a large body is passed on while it comes', async () => {
  let asked = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      asked += 1;
      yield Buffer.alloc(1024 * 1024);
    }
  }
  const iterator = writeTar([entry('a', 'file', { size: 2 ** 40, body: endless })]);
  await iterator.next();
  await iterator.next();
  expect(asked).toBeLessThan(3);
  await iterator.return(undefined);
});

test('another reader understands it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tar-'));
  const names = ['plain', LONG.slice(1), 'grüße/😀', `${'d/'.repeat(200)}deep`];
  await writeFile(
    join(folder, 'a.tar'),
    writeTar(names.map((name) => entry(name, 'file', { size: 600, uid: 3_000_000 }))),
  );
  const seen: unknown[] = [];
  await list({
    file: join(folder, 'a.tar'),
    strict: true,
    onReadEntry: ({ path, size, uid }) => seen.push([path, size, uid]),
  });
  expect(seen).toEqual(names.map((name) => [name, 600, 3_000_000]));
  await rm(folder, { recursive: true });
});
