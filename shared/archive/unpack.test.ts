import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TarEntry, type UnpackOptions, unpackEntries, unpackTar, writeTar } from './index.ts';

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unpack-'));
  folder = join(root, 'target');
});

afterEach(() => rm(root, { recursive: true }));

const OWNER = { uid: 4242, gid: 4242 };

function file(path: string, content = '', mode = 0o644): TarEntry {
  return { path, type: 'file', mode, ...OWNER, size: Buffer.byteLength(content), body: () => [Buffer.from(content)] };
}

function folderEntry(path: string, mode = 0o755): TarEntry {
  return { path, type: 'directory', mode, ...OWNER, size: 0 };
}

function link(path: string, linkPath: string, type: 'symlink' | 'hardlink' = 'symlink'): TarEntry {
  return { path, type, mode: 0o777, ...OWNER, size: 0, linkPath };
}

async function unpack(entries: TarEntry[], options?: UnpackOptions): Promise<void> {
  await unpackTar(writeTar(entries), folder, options);
}

const mode = async (path: string) => (await lstat(join(folder, path))).mode & 0o7777;
const text = (path: string) => readFile(join(folder, path), 'utf8');

test('files, folders and links stand as they do in the archive', async () => {
  await unpack([
    folderEntry('lib'),
    file('lib/a', 'content'),
    link('b', 'lib/a'),
    link('lib/c', '../b'),
    link('d', 'lib/a', 'hardlink'),
  ]);
  expect(await text('lib/a')).toBe('content');
  expect(await readlink(join(folder, 'b'))).toBe('lib/a');
  expect(await text('lib/c')).toBe('content');
  expect((await stat(join(folder, 'd'))).ino).toBe((await stat(join(folder, 'lib/a'))).ino);
});

test('modes are those of the archive, whatever the umask, without setuid and setgid', async () => {
  const before = process.umask(0o077);
  try {
    await unpack([
      folderEntry('open', 0o1777),
      file('open/all', '', 0o666),
      file('tool', '', 0o6755),
      folderEntry('group', 0o2775),
      file('new/x'),
    ]);
  } finally {
    process.umask(before);
  }
  expect(await Promise.all(['open', 'open/all', 'tool', 'group', 'new'].map(mode))).toEqual([
    0o1777, 0o666, 0o755, 0o775, 0o755,
  ]);
});

test('a folder that nobody may write to is filled all the same', async () => {
  await unpack([
    folderEntry('locked', 0o555),
    file('locked/a', 'in'),
    folderEntry('locked/deep', 0o500),
    file('locked/deep/b'),
  ]);
  expect(await mode('locked')).toBe(0o555);
  expect(await text('locked/a')).toBe('in');
  for (const path of ['locked', 'locked/deep']) await chmod(join(folder, path), 0o700);
});

test('compressed archives, leading parts dropped, members left out', async () => {
  const tar = gzipSync(
    await buffer(writeTar([file('package/index.js', 'js'), file('package/docs/x.md'), file('README')])),
  );
  async function* source(): AsyncGenerator<Uint8Array> {
    yield tar;
  }
  await unpackTar(source(), folder, { strip: 1, filter: (path) => !path.includes('docs') });
  expect(await readdir(folder)).toEqual(['index.js']);
});

test('hard links follow the dropped parts', async () => {
  await unpack([file('package/a', 'same'), link('package/b', 'package/a', 'hardlink')], { strip: 1 });
  expect(await text('b')).toBe('same');
});

test('large files are streamed', async () => {
  const content = Buffer.alloc(3_000_000, 'large');
  await unpack([{ ...file('big'), size: content.length, body: () => [content] }]);
  expect((await readFile(join(folder, 'big'))).equals(content)).toBe(true);
});

test('devices and pipes are left out', async () => {
  const special = (['character', 'block', 'fifo'] as const).map((type) => ({ ...folderEntry(type), type }));
  await unpack([...special, file('a')]);
  expect(await readdir(folder)).toEqual(['a']);
});

test('a later member takes the place of an earlier one', async () => {
  await unpack([
    file('a', 'first'),
    link('b', 'a'),
    file('b', 'second'),
    file('c'),
    folderEntry('c'),
    file('c/in'),
    link('a', 'b'),
  ]);
  expect(await text('b')).toBe('second');
  expect(await readdir(join(folder, 'c'))).toEqual(['in']);
  expect(await readlink(join(folder, 'a'))).toBe('b');
});

test('writing over a hard link leaves the other name alone', async () => {
  await unpack([file('a', 'kept'), link('b', 'a', 'hardlink'), file('b', 'new')]);
  expect([await text('a'), await text('b')]).toEqual(['kept', 'new']);
});

test('a root file system may name itself from /', async () => {
  await unpack(
    [
      folderEntry('/usr'),
      file('/usr/a', 'x'),
      link('/etc/b', '/usr/a'),
      link('/up', '../../../usr'),
      link('/h', '/usr/a', 'hardlink'),
    ],
    { root: true },
  );
  expect(await readlink(join(folder, 'etc/b'))).toBe('/usr/a');
  expect(await text('h')).toBe('x');
});

test('names that are not UTF-8 keep their bytes', async () => {
  await unpack([file('caf\udce9', 'x'), link('l', 'caf\udce9')]);
  expect((await readdir(folder, { encoding: 'buffer' })).map((name) => name.toString('hex')).sort()).toEqual([
    '636166e9',
    '6c',
  ]);
});

const HOSTILE: [string, TarEntry[], UnpackOptions?][] = [
  ['climbs', [file('../outside')]],
  ['climbs later', [file('a/../../outside')]],
  ['climbs in a root', [file('/../outside')], { root: true }],
  ['is absolute', [file('/etc/passwd')]],
  ['links outside', [link('l', '../outside')]],
  ['links to an absolute path', [link('l', '/etc')]],
  ['links outside by way of another link', [folderEntry('a'), link('a/up', '..'), link('l', 'a/up/..')]],
  ['links to nothing', [link('l', '')], { root: true }],
  ['goes through a link', [link('l', '/'), file('l/outside')], { root: true }],
  ['goes through a link to a folder inside', [folderEntry('a'), link('l', 'a'), file('l/x')]],
  ['goes through a file', [file('f'), file('f/x')]],
  ['puts a file in the place of a folder', [file('d/x'), file('d')]],
  ['puts a link in the place of a folder', [file('d/x'), link('d', 'e')]],
  ['links hard to what is outside', [link('h', '../outside', 'hardlink')]],
  ['links hard to an absolute path', [link('h', '/etc/passwd', 'hardlink')]],
  ['links hard through a link', [link('l', '/etc'), link('h', 'l/passwd', 'hardlink')], { root: true }],
  ['links hard to a folder', [folderEntry('d'), link('h', 'd', 'hardlink')]],
  ['links hard to what is not there', [link('h', 'nothing', 'hardlink')]],
  ['has a name of more than 4000 characters', [file(`${'d/'.repeat(3000)}x`)]],
];

test.each(HOSTILE)('an archive that %s is refused', async (_, entries, options) => {
  await writeFile(join(root, 'outside'), 'untouched');
  await expect(unpack(entries, options)).rejects.toMatchObject({ code: 'ARCHIVE_PATH_UNSAFE' });
  expect(await readdir(root)).toEqual(['outside', 'target']);
  expect(await readFile(join(root, 'outside'), 'utf8')).toBe('untouched');
});

/** A header that looks harmless, with the path that counts in front of it. */
async function disguised(prefix: TarEntry, flag: 'x' | 'L', content: string): Promise<Buffer> {
  const tar = await buffer(
    writeTar([{ ...prefix, path: 'meta', size: content.length, body: () => [Buffer.from(content)] }]),
  );
  const [meta, rest] = [tar.subarray(0, 512), tar.subarray(512, 512 * 2)];
  meta.write(flag, 156);
  meta.fill(' ', 148, 156);
  const sum = meta.reduce((total, byte) => total + byte, 0);
  meta.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([meta, rest, await buffer(writeTar([prefix]))]);
}

test.each<[string, 'x' | 'L', string]>([
  ['an extended header', 'x', '19 path=../outside\n'],
  ['an extended header, absolutely', 'x', '20 path=/etc/passwd\n'],
  ["GNU's long name", 'L', 'a/../../outside\0'],
])('a path that climbs by %s is refused', async (_, flag, content) => {
  await writeFile(join(root, 'outside'), 'untouched');
  const tar = await disguised(file('harmless', 'x'), flag, content);
  async function* source(): AsyncGenerator<Uint8Array> {
    yield tar;
  }
  await expect(unpackTar(source(), folder)).rejects.toMatchObject({ code: 'ARCHIVE_PATH_UNSAFE' });
  expect(await readFile(join(root, 'outside'), 'utf8')).toBe('untouched');
  expect(await readdir(root)).toEqual(['outside', 'target']);
});

test('an archive that unfolds to more than it may is cut off, whatever it was compressed to', async () => {
  async function* zeros(): AsyncGenerator<Uint8Array> {
    for (let count = 0; count < 50; count += 1) yield Buffer.alloc(1_000_000);
  }
  const bomb = gzipSync(await buffer(writeTar([{ ...file('zeros'), size: 50_000_000, body: zeros }])));
  expect(bomb.length).toBeLessThan(60_000);
  async function* source(): AsyncGenerator<Uint8Array> {
    yield bomb;
  }
  await expect(unpackTar(source(), folder, { maxBytes: 10_000_000 })).rejects.toMatchObject({
    code: 'ARCHIVE_TOO_LARGE',
  });
  expect(await readdir(folder)).toEqual([]);
});

test('a link that was in the folder before is not followed', async () => {
  await mkdir(folder);
  await mkdir(join(root, 'elsewhere'));
  await symlink(join(root, 'elsewhere'), join(folder, 'l'));
  await symlink(join(root, 'victim'), join(folder, 'f'));
  await expect(unpack([file('l/x')])).rejects.toMatchObject({ code: 'ARCHIVE_PATH_UNSAFE' });
  await unpack([file('f', 'own'), folderEntry('l')]);
  expect(await readdir(join(root, 'elsewhere'))).toEqual([]);
  expect(await readdir(root)).toEqual(['elsewhere', 'target']);
  expect((await lstat(join(folder, 'l'))).isDirectory()).toBe(true);
});

test('a hard link to a symbolic link is one more link, not what it points to', async () => {
  await writeFile(join(root, 'outside'), 'secret');
  await unpack([link('l', '/outside'), link('h', 'l', 'hardlink'), file('h', 'own')], { root: true });
  expect(await readFile(join(root, 'outside'), 'utf8')).toBe('secret');
});

test('too many members, and too many bytes, are faults', async () => {
  await expect(unpack([file('a'), file('b'), file('c')], { maxEntries: 2 })).rejects.toMatchObject({
    code: 'ARCHIVE_TOO_LARGE',
  });
  await expect(unpack([file('a', 'xx'), file('b', 'xx')], { maxBytes: 3 })).rejects.toMatchObject({
    code: 'ARCHIVE_TOO_LARGE',
  });
});

test('a huge member is refused by its header, before its body comes', async () => {
  let asked = false;
  async function* body(): AsyncGenerator<Uint8Array> {
    asked = true;
    yield Buffer.alloc(1);
  }
  await expect(unpackEntries([{ ...file('a'), size: 2 ** 45, body }], folder)).rejects.toMatchObject({
    code: 'ARCHIVE_TOO_LARGE',
  });
  expect(asked).toBe(false);
});

test('an archive that is cut is a fault', async () => {
  const tar = (await buffer(writeTar([file('a', 'x'.repeat(500_000))]))).subarray(0, 300_000);
  async function* source(): AsyncGenerator<Uint8Array> {
    yield tar;
  }
  await expect(unpackTar(source(), folder)).rejects.toMatchObject({ code: 'ARCHIVE_TRUNCATED' });
});

test('what the file system refuses is a fault that names the member', async () => {
  await expect(unpack([file('n'.repeat(300), 'x')])).rejects.toMatchObject({ code: 'ARCHIVE_UNPACK_FAILED' });
});
