import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parsePackageLock } from '@dema/debian';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readPackageList } from './package-list.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'list-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, list: unknown): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, typeof list === 'string' ? list : JSON.stringify(list));
  return file;
}

test('a list has the packages of the one that it extends, and its own exclusions only', async () => {
  await write('run.packages.json', { packages: { b: 'why', a: 'why' }, exclude: { x: 'why' } });
  const file = await write('build.packages.json', {
    extends: 'run.packages.json',
    packages: { c: 'why' },
    exclude: { y: 'why' },
  });
  expect(await readPackageList(file)).toEqual({ packages: ['a', 'b', 'c'], exclude: ['y'] });
});

test.each([
  ['a name without a reason', { packages: { a: '' } }],
  ['a list of names', { packages: ['a'] }],
  ['what is no JSON', '{'],
])('%s is refused', async (_, list) => {
  const file = await write('x.packages.json', list);
  await expect(readPackageList(file)).rejects.toMatchObject({ code: 'BUILDER_PACKAGES_INVALID' });
});

test.each(['run', 'build'])('the lock of the %s image is that of its list', async (role) => {
  const base = join(import.meta.dirname, 'base');
  const { packages, exclude } = await readPackageList(join(base, `${role}.packages.json`));
  const file = join(base, `${role}.lock.json`);
  const { architectures } = parsePackageLock(await readFile(file, 'utf8'), file);
  for (const locked of Object.values(architectures)) {
    const names = locked.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(packages));
    expect(names.filter((name) => exclude.includes(name))).toEqual([]);
  }
});

test('an app is built against the packages that it runs on', async () => {
  const read = async (role: string): Promise<string[]> => {
    const file = join(import.meta.dirname, 'base', `${role}.lock.json`);
    const { architectures } = parsePackageLock(await readFile(file, 'utf8'), file);
    return architectures.amd64.map(({ sha256 }) => sha256);
  };
  expect(await read('build')).toEqual(expect.arrayContaining(await read('run')));
});
