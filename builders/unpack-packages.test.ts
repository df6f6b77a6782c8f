import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDeb } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readText } from './new-entries.ts';
import { type PackageToUnpack, toTarEntry, unpackPackage } from './unpack-package.ts';
import { unpackInThreads } from './unpack-packages.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unpack-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function writeDeb(name: string, files: Record<string, string>): Promise<PackageToUnpack> {
  const path = join(folder, `${name}.deb`);
  await writeFile(path, await makeDeb({ name, version: '1', files }));
  return { name, path, bodies: join(folder, `${name}.bodies`) };
}

test('contents are read from one file, and what is left out is not in it', async () => {
  const deb = await writeDeb('x', {
    'usr/bin/a': 'aaa',
    'usr/share/man/a': 'manual',
    'usr/bin/empty': '',
    'usr/bin/b': 'b',
  });
  const { entries, bodies, control } = await unpackPackage(deb);
  const tarEntries = entries.map((entry) => toTarEntry(entry, bodies));
  expect(tarEntries.map(({ path }) => path)).toEqual(['usr/bin/a', 'usr/bin/empty', 'usr/bin/b']);
  expect(await Promise.all(tarEntries.map(readText))).toEqual(['aaa', '', 'b']);
  expect(control).toBe('Package: x\nVersion: 1\nArchitecture: amd64\n');
});

test('threads give what one gives, in the same order', async () => {
  const debs = await Promise.all(['a', 'b', 'c'].map((name) => writeDeb(name, { [`usr/bin/${name}`]: name })));
  const inThreads = await unpackInThreads(debs, { threads: 2, here: unpackPackage });
  await Promise.all(debs.map(({ bodies }) => rm(bodies)));
  const here = await Promise.all(debs.map(unpackPackage));
  expect(inThreads).toEqual(here);
});

test('a fault in a thread is that fault here', async () => {
  const deb = await writeDeb('x', { 'usr/../../etc/passwd': 'mine' });
  await expect(unpackInThreads([deb], { threads: 1 })).rejects.toMatchObject({
    name: 'Fault',
    code: 'DEBIAN_PACKAGE_UNSAFE',
    blame: 'platform',
  });
});

test('an error of the system in a thread keeps what it says', async () => {
  const deb = await writeDeb('x', { 'usr/bin/a': 'a' });
  await writeFile(deb.bodies, '');
  await expect(unpackInThreads([deb], { threads: 1 })).rejects.toMatchObject({ code: 'EEXIST', path: deb.bodies });
});
