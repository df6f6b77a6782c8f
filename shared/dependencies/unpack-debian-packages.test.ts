import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TarEntry } from '@dema/archive';
import { makeDeb } from '@dema/testkit';
import { beforeEach, expect, test } from 'vitest';
import { unpackDebianPackages } from './unpack-debian-packages.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dema-debian-'));
  return () => rm(folder, { recursive: true });
});

function file(path: string, content = ''): TarEntry {
  const body = Buffer.from(content);
  return { path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: body.length, body: () => [body] };
}

function link(path: string, linkPath: string, type: 'symlink' | 'hardlink' = 'symlink'): TarEntry {
  return { path, type, mode: 0o777, uid: 0, gid: 0, size: 0, linkPath };
}

async function unpack(packages: TarEntry[][], filter?: (path: string) => boolean, name = 'x'): Promise<string> {
  const paths = packages.map((_, index) => join(folder, `${index}.deb`));
  for (const [index, files] of packages.entries()) {
    await writeFile(paths[index] ?? '', await makeDeb({ name: 'x', version: '1', files }));
  }
  await unpackDebianPackages(
    paths.map((path) => ({ path, name })),
    join(folder, 'out'),
    { filter },
  );
  return join(folder, 'out');
}

test('what is in /usr lies in the folder itself, copyright files stay, other documentation does not', async () => {
  const out = await unpack([
    [
      file('usr/bin/x', 'x'),
      file('etc/x.conf'),
      file('usr/share/doc/x/copyright'),
      file('usr/share/doc/x/changelog.gz'),
    ],
    [file('usr/share/man/man1/x.1'), file('lib/udev/y')],
  ]);
  const files = (await readdir(out, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
  expect(files.map(({ parentPath, name }) => join(parentPath, name).slice(out.length + 1)).sort()).toEqual([
    'bin/x',
    'etc/x.conf',
    'lib/udev/y',
    'share/doc/x/copyright',
  ]);
});

test('links lead to what is in the folder, and else to the root', async () => {
  const out = await unpack([
    [
      file('usr/lib/x/y'),
      link('usr/bin/absolute', '/usr/lib/x/y'),
      link('usr/bin/relative', '../lib/x'),
      link('usr/lib/merged', '/lib/x/y'),
      link('usr/bin/up', '../../etc/x'),
      link('usr/lib/libz.so', 'libz.so.1'),
      file('etc/x'),
      link('usr/lib/x/z', 'usr/lib/x/y', 'hardlink'),
    ],
  ]);
  const targets = ['bin/absolute', 'bin/relative', 'lib/merged', 'bin/up', 'lib/libz.so'];
  expect(await Promise.all(targets.map((path) => readlink(join(out, path))))).toEqual([
    '../lib/x/y',
    '../lib/x',
    'x/y',
    '../etc/x',
    '/usr/lib/libz.so.1',
  ]);
  expect(await readdir(join(out, 'lib/x'))).toEqual(['y', 'z']);
});

test('shared libraries are where a layer has them, and texts for the linker name them without their place', async () => {
  const libraries = 'usr/lib/x86_64-linux-gnu';
  const out = await unpack([
    [file(`${libraries}/libx.so.1.2`), link(`${libraries}/libx.so.1`, 'libx.so.1.2')],
    [
      file(`${libraries}/libc_nonshared.a`),
      file(
        `${libraries}/libc.so`,
        '/* GNU ld script\n*/\nGROUP ( /lib/x86_64-linux-gnu/libc.so.6 /usr/lib/x86_64-linux-gnu/libc_nonshared.a )',
      ),
      file(`${libraries}/liby.so`, 'no text /usr/lib/x86_64-linux-gnu/libc_nonshared.a'),
    ],
  ]);
  expect(await readlink(join(out, 'lib/libx.so.1'))).toBe('x86_64-linux-gnu/libx.so.1');
  expect(await readlink(join(out, 'lib/libx.so.1.2'))).toBe('x86_64-linux-gnu/libx.so.1.2');
  const read = (name: string) => readFile(join(out, 'lib/x86_64-linux-gnu', name), 'utf8');
  expect(await read('libc.so')).toContain('GROUP ( /lib/x86_64-linux-gnu/libc.so.6 libc_nonshared.a )');
  expect(await read('liby.so')).toContain('/usr/lib');
});

test('a compiler is called cc, and finds the headers of the folder beside itself', async () => {
  const headers = ['stdio.h', 'x86_64-linux-gnu/bits/x.h', 'c++/14/cstdio', 'x86_64-linux-gnu/c++/14/y'];
  const out = await unpack(
    [
      [file('usr/bin/gcc-14'), link('usr/bin/gcc', 'gcc-14'), link('usr/bin/g++', 'g++-14')],
      headers.map((path) => file(`usr/include/${path}`)),
    ],
    undefined,
    'libgcc-14-dev',
  );
  expect(await readlink(join(out, 'bin/cc'))).toBe('gcc');
  expect(await readlink(join(out, 'bin/c++'))).toBe('g++');
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  expect(await readdir(join(out, triplet, 'include'))).toEqual(['bits', 'stdio.h']);
  expect(await readdir(join(out, 'include'))).toEqual(['c++', 'x86_64-linux-gnu']);
});

test('programs of the system are on the path, too, and nothing of bin gives way to them', async () => {
  const out = await unpack([[file('usr/sbin/nginx'), file('sbin/both', 'system'), file('usr/bin/both', 'user')]]);
  expect(await readlink(join(out, 'bin/nginx'))).toBe('../sbin/nginx');
  expect(await readFile(join(out, 'bin/both'), 'utf8')).toBe('user');
});

test.each([
  ['climbs', file('usr/../../outside')],
  ['links hard to what is outside', link('usr/h', '../../outside', 'hardlink')],
])('a package that %s is refused', async (_, entry) => {
  await writeFile(join(folder, 'outside'), 'untouched');
  await expect(unpack([[entry]])).rejects.toThrow(/UNSAFE/);
  expect(await readFile(join(folder, 'outside'), 'utf8')).toBe('untouched');
});

test('a link out of the package leads nowhere else than in its root', async () => {
  const out = await unpack([[link('usr/l', '../../../outside')], [file('usr/x')]]);
  expect(await readlink(join(out, 'l'))).toBe('/outside');
});

test('nothing is written through a link of another package', async () => {
  const trap = [link('usr/share/trap', '/tmp'), file('usr/share/trap/x', 'x')];
  await expect(unpack([trap])).rejects.toThrow(/UNSAFE/);
});

test('without a compiler headers are where a layer has them', async () => {
  const out = await unpack([[file('usr/include/zlib.h')]]);
  expect(await readdir(join(out, 'include'))).toEqual(['zlib.h']);
});

test('only what is asked for is unpacked', async () => {
  const out = await unpack([[file('usr/bin/x'), file('usr/bin/y')]], (path) => path === 'bin/x');
  expect(await readdir(join(out, 'bin'))).toEqual(['x']);
});
