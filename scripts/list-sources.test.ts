import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listSources } from './list-sources.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'list-sources-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('all that a buildpack may be made of counts, wherever its folder lies', async () => {
  const root = join(folder, 'node_modules/lua');
  const files = ['buildpack.toml', 'dist/parser.mjs', 'index.ts', 'lib/data.json'];
  const others = ['index.test.ts', 'README.md', 'node_modules/some/index.js', 'lib/node_modules/some/index.js'];
  await writeFiles(root, Object.fromEntries([...files, ...others].map((name) => [name, ''])));
  expect(await listSources(root)).toEqual(files.map((name) => join(root, name)));
});

test('a file stands for itself, and what is not there for nothing', async () => {
  await writeFiles(folder, { 'package-lock.json': '' });
  expect(await listSources(join(folder, 'package-lock.json'))).toEqual([join(folder, 'package-lock.json')]);
  expect(await listSources(join(folder, 'nothing'))).toEqual([]);
});
