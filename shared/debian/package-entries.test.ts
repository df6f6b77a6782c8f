import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TarEntry } from '@dema/archive';
import { makeDeb } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packageEntries } from './package-entries.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deb-'));
});

afterEach(() => rm(folder, { recursive: true }));

function entry(path: string, type: TarEntry['type'], linkPath?: string): TarEntry {
  return { path, type, mode: 0o755, uid: 0, gid: 0, size: 0, linkPath };
}

async function pathsOf(...files: TarEntry[]): Promise<string[]> {
  const file = join(folder, 'x.deb');
  await writeFile(file, await makeDeb({ name: 'x', version: '1', files }));
  const paths: string[] = [];
  for await (const { path, linkPath } of packageEntries(file)) paths.push(linkPath ? `${path} -> ${linkPath}` : path);
  return paths;
}

test('folders that Debian merged into /usr are moved there, others stay', async () => {
  const files = [
    './',
    './bin/',
    './bin/tool',
    './sbin/x',
    './lib/a.so',
    './lib64/ld.so',
    './library',
    './usr/bin/y',
    './etc/lib',
  ];
  const entries = files.map((path) => entry(path.replace(/(?<=.)\/$/, ''), path.endsWith('/') ? 'directory' : 'file'));
  const moved = [
    'usr/bin',
    'usr/bin/tool',
    'usr/sbin/x',
    'usr/lib/a.so',
    'usr/lib64/ld.so',
    'library',
    'usr/bin/y',
    'etc/lib',
  ];
  expect(await pathsOf(...entries)).toEqual(moved);
});

test('the links of a merged root are left out', async () => {
  expect(await pathsOf(entry('./bin', 'symlink', 'usr/bin'), entry('./usr/bin/sh', 'symlink', 'dash'))).toEqual([
    'usr/bin/sh -> dash',
  ]);
});

test('links still lead where they led', async () => {
  const links = [
    entry('./lib/x/a.so', 'symlink', 'a.so.1'),
    entry('./lib/x/b.so', 'symlink', '../../usr/share/b'),
    entry('./lib/x/c.so', 'symlink', '/lib/y/c.so'),
    entry('./lib/x/d.so', 'symlink', '../y/d.so'),
    entry('./usr/share/e', 'symlink', '../../lib/e'),
    entry('./bin/f', 'hardlink', './bin/tool'),
  ];
  expect(await pathsOf(entry('./bin/tool', 'file'), ...links)).toEqual([
    'usr/bin/tool',
    'usr/lib/x/a.so -> a.so.1',
    'usr/lib/x/b.so -> ../../share/b',
    'usr/lib/x/c.so -> /lib/y/c.so',
    'usr/lib/x/d.so -> ../y/d.so',
    'usr/share/e -> ../../lib/e',
    'usr/bin/f -> usr/bin/tool',
  ]);
});

test.each([
  ['a path that climbs out', entry('./usr/../../etc/passwd', 'file')],
  ['an absolute path', entry('/etc/passwd', 'file')],
  ['a hard link to the outside', entry('./usr/x', 'hardlink', '../outside')],
])('%s is refused', async (_, hostile) => {
  await expect(pathsOf(hostile)).rejects.toMatchObject({ code: 'DEBIAN_PACKAGE_UNSAFE' });
});
