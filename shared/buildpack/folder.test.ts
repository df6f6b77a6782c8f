import { lstat, mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Folder, openFolder } from './folder.ts';

let root = '';
let folder: Folder;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-folder-'));
  folder = openFolder(root);
});

afterEach(() => rm(root, { recursive: true, force: true }));

test('what is not there is undefined', async () => {
  expect(await folder.readText('a')).toBeUndefined();
  expect(await folder.readJson('a/b')).toBeUndefined();
  expect(await folder.readToml('a')).toBeUndefined();
  expect(await folder.digest('a')).toBeUndefined();
  expect(await folder.find('a', 'b')).toBeUndefined();
  expect(await folder.list('a')).toEqual([]);
  expect(await folder.has('a')).toBe(false);
  expect(await folder.resolveLink('a')).toBeUndefined();
});

test('reads text, JSON with a byte order mark, and TOML', async () => {
  await writeFiles(root, { 'x/a.json': '\ufeff{"a":1}', 'x/a.toml': 'a = 1', 'x/b': 'text' });
  const inner = folder.at('x');
  expect(await inner.readJson('a.json')).toEqual({ a: 1 });
  expect(await inner.readToml('a.toml')).toEqual({ a: 1 });
  expect(await inner.find('none', 'b')).toBe('b');
  expect(await folder.find('x')).toBeUndefined();
  expect(await folder.isFolder('x')).toBe(true);
  expect(await inner.list()).toEqual(['a.json', 'a.toml', 'b']);
});

test('JSON that is none is a fault with its place', async () => {
  await writeFiles(root, { 'a.json': '{\n"a" 1}' });
  await expect(folder.readJson('a.json')).rejects.toMatchObject({
    code: 'APP_FILE_INVALID',
    problem: 'a.json:2:5: a colon is missing here.',
  });
});

test('a file that cannot be read is a fault', async () => {
  await expect(folder.readText('x'.repeat(300))).rejects.toMatchObject({
    code: 'APP_FILE_UNREADABLE',
    problem: expect.stringContaining('ENAMETOOLONG'),
  });
});

test('a link is followed inside the folder and not outside of it', async () => {
  await writeFiles(root, {
    'a/b': '',
    'c/in': { link: '../a/b' },
    'c/out': { link: '/etc/hostname' },
    'c/none': { link: 'x' },
  });
  expect(await folder.resolveLink('c/in')).toBe('a/b');
  expect(await folder.resolveLink('c/out')).toBeUndefined();
  expect(await folder.has('c/none')).toBe(false);
});

test('copies and moves trees with their modes and links', async () => {
  await writeFiles(root, { 'a/run': '#!/bin/sh', 'a/link': { link: 'run' }, 'a/up': { link: '../elsewhere' } });
  await folder.copyFrom(folder.file('a'), 'deep/b');
  await folder.moveTo('deep/b', folder.file('other/c'));
  expect((await lstat(folder.file('other/c/run'))).mode & 0o777).toBe(0o755);
  expect(await readlink(folder.file('other/c/link'))).toBe('run');
  expect(await readlink(folder.file('other/c/up'))).toBe('../elsewhere');
  expect(await folder.list('deep')).toEqual([]);
});

test('writes and removes', async () => {
  await folder.write('a/b/c', 'x', 0o755);
  expect(await folder.readText('a/b/c')).toBe('x');
  expect((await lstat(folder.file('a/b/c'))).mode & 0o777).toBe(0o755);
  await folder.remove('a');
  await folder.remove('a');
  expect(await folder.list()).toEqual([]);
});
