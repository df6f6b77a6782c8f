import { chmod, link, mkdtemp, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findTreeDifference, type TarEntry, unpackEntries } from './index.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compare-'));
  await unpackEntries(entries(), folder, { root: true });
});

afterEach(() => rm(folder, { recursive: true }));

const OWNER = { uid: 0, gid: 0 };

function entries(): TarEntry[] {
  const file = (path: string, text: string, mode = 0o644): TarEntry => {
    return { path, type: 'file', mode, ...OWNER, size: text.length, body: () => [Buffer.from(text)] };
  };
  return [
    { path: '/etc', type: 'directory', mode: 0o755, ...OWNER, size: 0 },
    file('etc/passwd', 'first'),
    file('etc/passwd', 'second'),
    file('usr/bin/su', 'program', 0o4755),
    { path: 'usr/bin/sudo', type: 'hardlink', mode: 0o755, ...OWNER, size: 0, linkPath: 'usr/bin/su' },
    { path: 'etc/link', type: 'symlink', mode: 0o777, ...OWNER, size: 0, linkPath: '/usr' },
    { path: 'dev/null', type: 'character', mode: 0o666, ...OWNER, size: 0 },
    file('caf\udce9', 'bytes'),
  ];
}

test('a folder is what was unpacked', async () => {
  expect(await findTreeDifference(entries(), folder)).toBeUndefined();
});

const CHANGES: [string, () => Promise<void>][] = [
  ['etc/passwd is not as it was unpacked', () => writeFile(join(folder, 'etc/passwd'), 'third!')],
  ['etc/passwd is missing', () => unlink(join(folder, 'etc/passwd'))],
  ['etc/more does not belong there', () => writeFile(join(folder, 'etc/more'), '')],
  ['usr/bin/su is not as it was unpacked', () => chmod(join(folder, 'usr/bin/su'), 0o4755)],
  ['usr is not as it was unpacked', () => chmod(join(folder, 'usr'), 0o700)],
  [
    'etc/link is not as it was unpacked',
    async () => {
      await unlink(join(folder, 'etc/link'));
      await symlink('/etc', join(folder, 'etc/link'));
    },
  ],
  [
    'etc/link is not as it was unpacked',
    async () => {
      await unlink(join(folder, 'etc/link'));
      await link(join(folder, 'etc/passwd'), join(folder, 'etc/link'));
    },
  ],
];

test.each(CHANGES)('%s', async (difference, change) => {
  await change();
  expect(await findTreeDifference(entries(), folder)).toBe(difference);
});
