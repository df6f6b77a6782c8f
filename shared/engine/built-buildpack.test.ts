import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBuildpackToml } from '@dema/spec';
import { writeFiles } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBuilt } from './built-buildpack.ts';

const descriptor = parseBuildpackToml('api = "0.10"\n[buildpack]\nid = "a/b"\nversion = "1"\n', 'buildpack.toml');
let root: string;
let path: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'built-'));
  path = join(root, 'layers');
  await mkdir(path);
});

afterEach(() => rm(root, { recursive: true }));

function read() {
  const folder = { id: 'a/b', path, work: '', restored: new Map(), refused: new Map() };
  return readBuilt({} as Parameters<typeof readBuilt>[0], descriptor, folder);
}

test('a layer without a type is set aside, where later buildpacks do not find it', async () => {
  await writeFiles(path, {
    'a.toml': '',
    'a/file': 'x',
    'b.toml': '[types]\nbuild = true',
    'b/file': 'x',
    'c/file': 'x',
  });
  const { layers } = await read();
  expect([...layers.keys()]).toEqual(['b']);
  expect((await readdir(path)).sort()).toEqual(['a.ignore', 'a.toml', 'b', 'b.toml', 'c']);
});

test.each(['.toml', '..toml', '...toml'])('%s leads to no folder above the layers', async (file) => {
  await writeFiles(path, { [file]: '[types]\nlaunch = true\n' });
  await expect(read()).rejects.toMatchObject({
    code: 'ENGINE_BUILDPACK_OUTPUT_INVALID',
    problem: `The buildpack a/b broke the Buildpack API: the file ${file} names no layer.`,
  });
  expect(await readdir(root)).toEqual(['layers']);
});
