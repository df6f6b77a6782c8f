import { lstat, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBody, readZip, type UnpackOptions, unpackZip } from './index.ts';
import { makeZip, type ZipCase } from './zip-case.ts';

const FILE = 0o100000;
const FOLDER = 0o040000;
const LINK = 0o120000;

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zip-'));
  folder = join(root, 'target');
});

afterEach(() => rm(root, { recursive: true }));

async function write(content: Buffer): Promise<string> {
  const path = join(root, 'archive.zip');
  await writeFile(path, content);
  return path;
}

const unpack = async (entries: ZipCase[], options?: UnpackOptions) =>
  unpackZip(await write(makeZip(entries)), folder, options);
const mode = async (path: string) => (await lstat(join(folder, path))).mode & 0o7777;

test('files, folders and links stand as they do in the archive', async () => {
  await unpack([
    { name: 'tool/', mode: FOLDER | 0o700 },
    { name: 'tool/run', content: 'run it', mode: FILE | 0o4755 },
    { name: 'tool/stored', content: 'as it is', mode: FILE | 0o600, method: 0 },
    { name: 'tool/link', content: 'run', mode: LINK | 0o777 },
    { name: './empty', mode: FILE | 0o644 },
  ]);
  expect(await Promise.all(['tool', 'tool/run', 'tool/stored', 'empty'].map(mode))).toEqual([
    0o700, 0o755, 0o600, 0o644,
  ]);
  expect(await readFile(join(folder, 'tool/run'), 'utf8')).toBe('run it');
  expect(await readFile(join(folder, 'tool/stored'), 'utf8')).toBe('as it is');
  expect(await readlink(join(folder, 'tool/link'))).toBe('run');
});

test('entries that were not made on Unix have usual modes, and their folders are separated either way', async () => {
  await unpack([{ name: 'lib/' }, { name: 'lib\\net\\a.dll', content: 'a' }, { name: 'b/c.txt', content: 'c' }]);
  expect(await Promise.all(['lib', 'lib/net', 'lib/net/a.dll', 'b/c.txt'].map(mode))).toEqual([
    0o755, 0o755, 0o644, 0o644,
  ]);
  expect(await readFile(join(folder, 'lib/net/a.dll'), 'utf8')).toBe('a');
});

test('leading parts are dropped, members left out', async () => {
  const entries = ['gradle-9/bin/gradle', 'gradle-9/docs/x', 'README'].map((name) => ({ name, content: name }));
  await unpack(entries, { strip: 1, filter: (path) => !path.includes('docs') });
  expect(await readdir(folder)).toEqual(['bin']);
});

test('names that are not UTF-8 keep their bytes', async () => {
  await unpack([{ name: Buffer.from('636166e9', 'hex'), content: 'x', flags: 0, mode: FILE | 0o644 }]);
  const [name] = await readdir(folder, { encoding: 'buffer' });
  expect(name?.toString('hex')).toBe('636166e9');
});

test('one member can be read alone, and the archive is let go', async () => {
  const path = await write(
    makeZip([{ name: 'META-INF/MANIFEST.MF', content: 'Main-Class: a.B' }, { name: 'a/B.class' }]),
  );
  for await (const entry of readZip(path)) {
    expect(entry).toMatchObject({ path: 'META-INF/MANIFEST.MF', type: 'file', size: 15 });
    expect(String(await readBody(entry))).toBe('Main-Class: a.B');
    break;
  }
});

test('large members are streamed', async () => {
  const content = Buffer.alloc(5_000_000, 'large');
  await unpack([{ name: 'big', content, mode: FILE | 0o644 }]);
  expect((await readFile(join(folder, 'big'))).equals(content)).toBe(true);
});

const HOSTILE: [string, ZipCase[]][] = [
  ['climbs', [{ name: '../outside', content: 'x' }]],
  ['climbs with backslashes', [{ name: '..\\outside', content: 'x' }]],
  ['climbs later', [{ name: 'a/../../outside', content: 'x' }]],
  ['is absolute', [{ name: '/etc/passwd', content: 'x' }]],
  ['links outside', [{ name: 'l', content: '../outside', mode: LINK | 0o777 }]],
  ['links to an absolute path', [{ name: 'l', content: '/etc', mode: LINK | 0o777 }]],
  [
    'goes through a link',
    [
      { name: 'a/', mode: FOLDER | 0o755 },
      { name: 'l', content: 'a', mode: LINK | 0o777 },
      { name: 'l/x', content: 'x', mode: FILE | 0o644 },
    ],
  ],
  ['has a NUL byte in a name', [{ name: 'a\0b', content: 'x' }]],
  ['has a name of more than 4000 characters', [{ name: 'd/'.repeat(3000), content: '' }]],
];

test.each(HOSTILE)('an archive that %s is refused', async (_, entries) => {
  await writeFile(join(root, 'outside'), 'untouched');
  await expect(unpack(entries)).rejects.toMatchObject({ code: 'ARCHIVE_PATH_UNSAFE' });
  expect(await readFile(join(root, 'outside'), 'utf8')).toBe('untouched');
  expect((await readdir(root)).sort()).toEqual(['archive.zip', 'outside', 'target']);
});

test('a member that comes twice is what the later one says, and never written through a link', async () => {
  await writeFile(join(root, 'outside'), 'untouched');
  await unpack([
    { name: 'a', content: 'first', mode: FILE | 0o644 },
    { name: 'a', content: 'b', mode: LINK | 0o777 },
    { name: 'a', content: 'second', mode: FILE | 0o600 },
  ]);
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('second');
  expect(await readdir(folder)).toEqual(['a']);
});

const BROKEN: [string, ZipCase, string][] = [
  ['damaged content', { name: 'a', content: 'x', crc: 1 }, 'the content of a is damaged'],
  ['more content than it says', { name: 'a', content: 'x'.repeat(100), size: 10 }, 'too many bytes'],
  ['less content than it says', { name: 'a', content: 'x', size: 10 }, 'not enough bytes'],
  ['a link without end', { name: 'a', content: 'x'.repeat(5000), mode: LINK }, 'the symbolic link a is too long'],
];

test.each(BROKEN)('an archive with %s is refused', async (_, entry, reason) => {
  await expect(unpack([entry])).rejects.toMatchObject({
    code: 'ARCHIVE_ZIP_INVALID',
    problem: expect.stringContaining(reason),
  });
});

test.each([
  ['encrypted', { name: 'a', content: 'x', flags: 1 }],
  ['compressed in another way', { name: 'a', content: 'x', method: 12 }],
  ['a device', { name: 'a', mode: 0o020666 }],
])('an entry that is %s is not supported', async (_, entry: ZipCase) => {
  await expect(unpack([entry])).rejects.toMatchObject({ code: 'ARCHIVE_ZIP_UNSUPPORTED' });
});

test('what is no zip archive, and one that is cut, are faults; a missing one is an error of the system', async () => {
  const zip = makeZip([{ name: 'a', content: 'x' }]);
  for (const content of [Buffer.from('text'), zip.subarray(0, -10), Buffer.concat([zip.subarray(5)])]) {
    await expect(unpackZip(await write(content), folder)).rejects.toMatchObject({ code: 'ARCHIVE_ZIP_INVALID' });
  }
  await expect(unpackZip(join(root, 'nowhere.zip'), folder)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a bomb is refused by what it says of its size, before anything of it is unpacked', async () => {
  const bomb = { name: 'zeros', content: Buffer.alloc(20_000_000), mode: FILE | 0o644 };
  await expect(unpack([bomb], { maxBytes: 1_000_000 })).rejects.toMatchObject({ code: 'ARCHIVE_TOO_LARGE' });
  await expect(stat(join(folder, 'zeros'))).rejects.toThrow();
  const many = Array.from({ length: 20 }, (_, index) => ({ name: `f${index}`, content: '' }));
  await expect(unpack(many, { maxEntries: 10 })).rejects.toMatchObject({ code: 'ARCHIVE_TOO_LARGE' });
});
