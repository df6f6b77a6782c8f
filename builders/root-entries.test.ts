import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TarEntry } from '@dema/archive';
import { expect, test } from 'vitest';
import { directory, readText, symlink, textFile } from './new-entries.ts';
import { mergePackages, sortRoot } from './root-entries.ts';
import type { UnpackedPackage } from './unpack-package.ts';

function packageOf(name: string, ...entries: TarEntry[]): UnpackedPackage {
  return { name, entries, bodies: '', control: '', md5sums: '' };
}

function hardLink(path: string, linkPath: string): TarEntry {
  return { path, type: 'hardlink', mode: 0o755, uid: 0, gid: 0, size: 0, linkPath };
}

test('a folder of several packages is there once, as the first has it', () => {
  const root = mergePackages([packageOf('a', directory('var/x', { mode: 0o700 })), packageOf('b', directory('var/x'))]);
  expect(sortRoot(root)).toMatchObject([directory('var'), directory('var/x', { mode: 0o700 })]);
});

test('a file of two packages is refused with their names', () => {
  const merging = (): unknown =>
    mergePackages([packageOf('one', textFile('x', '1')), packageOf('two', textFile('x', '1'))]);
  expect(merging).toThrow(/BUILDER_FILES_CONFLICT.*one and two both bring \/x/);
});

test('missing folders are made, and stand before what is in them', () => {
  const root = mergePackages([
    packageOf('a', textFile('usr/share/b', ''), textFile('usr/share-a', ''), textFile('etc/z', '')),
  ]);
  expect(sortRoot(root).map(({ path }) => path)).toEqual([
    'etc',
    'etc/z',
    'usr',
    'usr/share',
    'usr/share-a',
    'usr/share/b',
  ]);
});

test('a file below what another package makes a link is refused', () => {
  const packages = [packageOf('a', symlink('usr/x', '/etc')), packageOf('b', textFile('usr/x/passwd', ''))];
  expect(() => mergePackages(packages)).toThrow(/BUILDER_PATH_UNSAFE.*\/usr\/x\/passwd, below \/usr\/x/);
});

test('of the names of one file the first has the content, and the others link to it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'root-'));
  const bodies = join(folder, 'bodies');
  await writeFile(bodies, 'content');
  const tool = { ...textFile('usr/bin/m', 'content', { mode: 0o755 }), start: 0 };
  const entries = [tool, hardLink('usr/bin/z', 'usr/bin/m'), hardLink('usr/bin/b', 'usr/bin/m')];
  const [, , first, ...others] = sortRoot(mergePackages([{ ...packageOf('a', ...entries), bodies }]));
  expect(first).toMatchObject({ path: 'usr/bin/b', type: 'file', mode: 0o755, size: 7 });
  expect(first && (await readText(first))).toBe('content');
  expect(others).toMatchObject([
    { path: 'usr/bin/m', type: 'hardlink', linkPath: 'usr/bin/b', size: 0 },
    { path: 'usr/bin/z', type: 'hardlink', linkPath: 'usr/bin/b', size: 0 },
  ]);
  await rm(folder, { recursive: true });
});

test('programs give nobody the rights of another user', () => {
  const root = mergePackages([
    packageOf(
      'a',
      textFile('su', '', { mode: 0o4755 }),
      directory('mail', { mode: 0o2775 }),
      directory('tmp', { mode: 0o1777 }),
    ),
  ]);
  expect(sortRoot(root).map(({ path, mode }) => `${path} ${mode.toString(8)}`)).toEqual([
    'mail 2775',
    'su 755',
    'tmp 1777',
  ]);
});
