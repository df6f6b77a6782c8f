import { mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TarEntry, unpackLayers } from './index.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'layers-'));
});

afterEach(() => rm(root, { recursive: true }));

const OWNER = { uid: 0, gid: 0 };

function file(path: string, content = path): TarEntry {
  const body = () => [Buffer.from(content)];
  return { path, type: 'file', mode: 0o644, ...OWNER, size: Buffer.byteLength(content), body };
}

function folder(path: string, mode = 0o755): TarEntry {
  return { path, type: 'directory', mode, ...OWNER, size: 0 };
}

function link(path: string, linkPath: string, type: 'symlink' | 'hardlink' = 'symlink'): TarEntry {
  return { path, type, mode: 0o777, ...OWNER, size: 0, linkPath };
}

async function unpack(...layers: TarEntry[][]): Promise<string[]> {
  await unpackLayers(layers, root);
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

const text = (path: string) => readFile(join(root, path), 'utf8');

test('a whiteout hides what is below, and nothing of its own layer', async () => {
  const below = [folder('etc'), file('etc/a'), file('etc/b'), folder('etc/c'), file('etc/c/d')];
  expect(await unpack(below, [file('etc/.wh.a'), file('etc/.wh.c'), file('etc/b', 'new'), file('etc/.wh.b')])).toEqual([
    'etc/b',
  ]);
  expect(await text('etc/b')).toBe('new');
});

test.each<{ name: string; upper: TarEntry[] }>([
  { name: 'before', upper: [file('var/.wh..wh..opq'), file('var/lib/new')] },
  { name: 'after', upper: [file('var/lib/new'), file('var/.wh..wh..opq')] },
])('an opaque folder hides all that is below, wherever it stands: $name its members', async ({ upper }) => {
  const below = [folder('var'), file('var/old'), folder('var/lib'), file('var/lib/old'), file('kept')];
  expect(await unpack(below, upper)).toEqual(['kept', 'var/lib/new']);
});

test('what was hidden may be there again, as something else', async () => {
  const layers = [[folder('a'), file('a/b')], [file('.wh.a')], [file('a', 'a file')]];
  expect(await unpack(...layers)).toEqual(['a']);
  expect(await text('a')).toBe('a file');
});

test('a file takes the place of a folder, and a folder that of a file or a link', async () => {
  const below = [folder('a'), file('a/b'), file('c'), folder('usr'), link('d', 'usr')];
  expect(await unpack(below, [link('a', 'c'), folder('c'), file('c/x'), folder('d'), file('d/y')])).toEqual([
    'a',
    'c/x',
    'd/y',
  ]);
  expect(await readlink(join(root, 'a'))).toBe('c');
});

test('members stand where links on the way to them lead, in this root', async () => {
  const below = [folder('usr'), folder('usr/lib'), link('lib', 'usr/lib'), link('lib64', '/lib'), link('up', '../..')];
  const upper = [file('lib/a'), file('lib64/b'), link('c', 'lib64/a', 'hardlink'), file('up/d')];
  expect(await unpack(below, upper)).toEqual(['c', 'd', 'lib', 'lib64', 'up', 'usr/lib/a', 'usr/lib/b']);
  expect((await stat(join(root, 'c'))).ino).toBe((await stat(join(root, 'usr/lib/a'))).ino);
});

test('a whiteout behind a link hides what the link leads to', async () => {
  expect(await unpack([folder('usr'), file('usr/a'), link('l', 'usr')], [file('l/.wh.a')])).toEqual(['l']);
});

test('later layers write into folders that nobody may write to, whose modes count in the end', async () => {
  await unpack([folder('a', 0o555), file('a/b')], [file('a/c')], [folder('a', 0o511)]);
  expect((await readdir(join(root, 'a'))).sort()).toEqual(['b', 'c']);
  expect((await stat(join(root, 'a'))).mode & 0o7777).toBe(0o511);
});

test('notes of other file systems are left out', async () => {
  expect(await unpack([file('a')], [folder('.wh..wh.plnk'), file('.wh..wh.aufs')])).toEqual(['a']);
});

test.each<{ name: string; upper: TarEntry }>([
  { name: 'links in a circle', upper: file('x/a') },
  { name: 'a whiteout of the folder above', upper: file('.wh...') },
  { name: 'a path that leads upwards', upper: file('../a') },
  { name: 'a member below a file', upper: file('f/a') },
])('refused: $name', async ({ upper }) => {
  await expect(unpack([link('x', 'y'), link('y', 'x'), file('f')], [upper])).rejects.toMatchObject({
    code: 'ARCHIVE_PATH_UNSAFE',
  });
});

test('limits are for all layers together', async () => {
  const layers = [[file('a')], [file('b')]];
  await expect(unpackLayers(layers, root, { maxEntries: 1 })).rejects.toMatchObject({ code: 'ARCHIVE_TOO_LARGE' });
});
