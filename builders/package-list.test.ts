import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('a list is read by its names', async () => {
  const file = await write('x.packages.json', { packages: { b: 'why', a: 'why' }, exclude: { x: 'why' } });
  expect(await readPackageList(file)).toEqual({ packages: ['b', 'a'], exclude: ['x'] });
});

test.each([
  ['a name without a reason', { packages: { a: '' } }],
  ['a list of names', { packages: ['a'] }],
  ['what is no JSON', '{'],
])('%s is refused', async (_, list) => {
  const file = await write('x.packages.json', list);
  await expect(readPackageList(file)).rejects.toMatchObject({ code: 'BUILDER_PACKAGES_INVALID' });
});
