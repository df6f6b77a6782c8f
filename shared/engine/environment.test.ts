import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BuiltLayer } from './built-buildpack.ts';
import { withBuildLayers } from './environment.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'environment-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** Layers of the buildpack `dema/a` with these files, all for the build but those named. */
async function layersWith(files: Record<string, string>, notForBuild: string[] = []): Promise<Map<string, BuiltLayer>> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const names = new Set(Object.keys(files).map((path) => path.slice(0, path.indexOf('/'))));
  const layers = [...names].map((name): [string, BuiltLayer] => {
    const build = !notForBuild.includes(name);
    return [name, { build, launch: !build, cache: false, metadata: {}, contents: { path: join(folder, name) } }];
  });
  return new Map(layers);
}

test('puts the folders of build layers before the search paths, later layers first', async () => {
  const layers = await layersWith({ 'b/bin/y': '', 'b/lib/z': '', 'b/include/h': '', 'a/bin/x': '' });
  expect(await withBuildLayers({ PATH: '/usr/bin' }, 'dema_a', layers)).toEqual({
    PATH: '/layers/dema_a/b/bin:/layers/dema_a/a/bin:/usr/bin',
    LD_LIBRARY_PATH: '/layers/dema_a/b/lib',
    LIBRARY_PATH: '/layers/dema_a/b/lib',
    CPATH: '/layers/dema_a/b/include',
  });
});

test('applies env, then env.build, and nothing for launch', async () => {
  const layers = await layersWith({
    'a/env/BOTH': 'env',
    'a/env.build/BOTH.append': '-build',
    'a/env.launch/LAUNCH': 'no',
  });
  expect(await withBuildLayers({}, 'dema_a', layers)).toEqual({ BOTH: 'env-build' });
});

test('leaves out layers that are not for the build', async () => {
  const layers = await layersWith({ 'a/bin/x': '', 'a/env/X': '1' }, ['a']);
  expect(await withBuildLayers({}, 'dema_a', layers)).toEqual({});
});
