import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBuildpackHarness, writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineBuildpack, found, list } from './index.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dema-kept-'));
  await writeFiles(folder, {
    'a/site/index.html': 'hello',
    'a/site/current': { link: 'index.html' },
    'a/tool': '#!tool',
    'b/tool': '#!other',
  });
});
afterAll(() => rm(folder, { recursive: true }));

/** Keeps what BP_KEEP names, and prints where. */
const buildpack = defineBuildpack({
  settings: { BP_KEEP: list('Paths', { default: [] }) },
  inspect: async () => found('always', {}),
  async build({ settings, launch, log }) {
    for (const path of settings.BP_KEEP) log.step(await launch.keep(join(folder, path)));
  },
});

test('folders stand in the layer, programs on its PATH', async () => {
  await using harness = await openBuildpackHarness(buildpack, {});
  const { lines } = await harness.build({ BP_KEEP: 'a/site,a/tool,a/tool' });
  expect(lines.slice(0, 2)).toEqual(['  <layers>/kept/site', '  <layers>/kept/bin/tool']);
  expect((await readdir(join(harness.layersDir, 'kept/site'))).sort()).toEqual(['current', 'index.html']);
  expect(await readlink(join(harness.layersDir, 'kept/site/current'))).toBe('index.html');
});

test('nothing kept is no layer', async () => {
  await using harness = await openBuildpackHarness(buildpack, {});
  expect((await harness.build()).layers).toEqual({});
});

test('a change anywhere in a folder makes the layer anew', async () => {
  await using harness = await openBuildpackHarness(buildpack, {});
  await harness.build({ BP_KEEP: 'a/site' });
  await harness.restore();
  await writeFiles(folder, { 'a/site/more/x': '' });
  expect((await harness.build({ BP_KEEP: 'a/site' })).lines).toContain('    layer kept: making (site changed)');
});

test.each([
  ['BUILDPACK_KEPT_FILE_MISSING', 'a/nothing'],
  ['BUILDPACK_KEPT_NAME_TAKEN', 'a/tool,b/tool'],
])('%s', async (code, paths) => {
  await using harness = await openBuildpackHarness(buildpack, {});
  expect((await harness.build({ BP_KEEP: paths })).fault).toMatchObject({ code });
});
