import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clearStore } from './clear-store.ts';
import { openStore } from './store.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clear-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('removes a store whole', async () => {
  const { root } = await openStore(join(folder, 'store'));
  await mkdir(join(root, 'downloads'));
  await clearStore(root, ['downloads']);
  expect(await readdir(folder)).toEqual([]);
});

test('leaves what is not its own', async () => {
  await writeFile(join(folder, 'thesis.txt'), 'years of work');
  await openStore(folder);
  await clearStore(folder);
  expect(await readdir(folder)).toEqual(['thesis.txt']);
});

test('has nothing against a store that is not there', async () => {
  await clearStore(join(folder, 'nowhere'));
});
