import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withBuildLayers } from './environment.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'environment-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const BUILD = '[types]\nbuild = true\n';

test('puts the folders of build layers before the search paths, later layers first', async () => {
  await write({ 'a.toml': BUILD, 'a/bin/x': '', 'b.toml': BUILD, 'b/bin/y': '', 'b/lib/z': '', 'b/include/h': '' });
  expect(await withBuildLayers({ PATH: '/usr/bin' }, folder, 'dema_a')).toEqual({
    PATH: '/layers/dema_a/b/bin:/layers/dema_a/a/bin:/usr/bin',
    LD_LIBRARY_PATH: '/layers/dema_a/b/lib',
    LIBRARY_PATH: '/layers/dema_a/b/lib',
    CPATH: '/layers/dema_a/b/include',
  });
});

test('applies env, then env.build, and nothing for launch', async () => {
  await write({
    'a.toml': BUILD,
    'a/env/BOTH': 'env',
    'a/env.build/BOTH.append': '-build',
    'a/env.launch/LAUNCH': 'no',
  });
  expect(await withBuildLayers({}, folder, 'dema_a')).toEqual({ BOTH: 'env-build' });
});

test('leaves out layers that are not for the build', async () => {
  await write({ 'a.toml': '[types]\nlaunch = true\n', 'a/bin/x': '', 'a/env/X': '1', 'b/bin/y': '' });
  expect(await withBuildLayers({}, folder, 'dema_a')).toEqual({});
});
