import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Component } from '@dema/sbom';
import { type BuildpackHarness, openBuildpackHarness } from '@dema/testkit';
import { expect, test } from 'vitest';
import { defineBuildpack, found as isThere } from './index.ts';

function library(name: string, more: Partial<Component> = {}): Component {
  return { type: 'library', name, version: '3', licenses: [], cpes: [], hashes: [], ...more };
}

const buildpack = defineBuildpack({
  settings: {},
  inspect: async () => isThere('always', {}),
  async build({ dependencies, layer, launch }) {
    const tool = await dependencies.resolve('tool');
    await layer('tool', { launch: true, cache: true, key: { tool: tool.version } }, async (folder) => {
      await tool.unpack(folder.file('lib'));
      folder.contains(library('part', { partOf: tool.dependency.purl }));
    });
    await layer('empty', { cache: true });
    await launch.contains(() => [library('app-part')]);
  },
});

function open(): Promise<BuildpackHarness> {
  return openBuildpackHarness(buildpack, { dependencies: [{ id: 'tool', version: '1.0.0', files: { x: 'x' } }] });
}

async function sbomFiles({ layersDir }: BuildpackHarness): Promise<string[]> {
  return (await readdir(layersDir)).filter((name) => name.includes('.sbom.')).sort();
}

async function componentsOf({ layersDir }: BuildpackHarness, name: string) {
  const { components, metadata } = JSON.parse(await readFile(join(layersDir, `${name}.sbom.cdx.json`), 'utf8'));
  return [metadata.component.name, ...components.map((one: { name: string }) => one.name)];
}

const ALL = ['launch', 'tool'].flatMap((name) =>
  ['cdx', 'spdx', 'syft'].map((format) => `${name}.sbom.${format}.json`),
);

test('documents of what was unpacked into a layer, and of the app, lie beside the layers', async () => {
  await using harness = await open();
  await harness.build();
  expect(await sbomFiles(harness)).toEqual(ALL);
  expect(await componentsOf(harness, 'tool')).toEqual(['example/tested:tool', 'part', 'tool']);
  expect(await componentsOf(harness, 'launch')).toEqual(['example/tested', 'app-part']);
});

test('a layer that is kept keeps its documents', async () => {
  await using harness = await open();
  await harness.build();
  const before = await readFile(join(harness.layersDir, 'tool.sbom.spdx.json'), 'utf8');
  await harness.restore();
  expect((await harness.build()).lines).toContain('    layer tool: reusing');
  expect(await readFile(join(harness.layersDir, 'tool.sbom.spdx.json'), 'utf8')).toBe(before);
});

test('an SBOM of the app that a layer keeps is not made again', async () => {
  let found = 0;
  const keeping = defineBuildpack({
    settings: {},
    inspect: async () => isThere('always', {}),
    async build({ layer, launch }) {
      const keptIn = await layer('packages', { cache: true, key: { packages: '1' } }, (folder) =>
        folder.write('x', ''),
      );
      await launch.contains(
        () => {
          found += 1;
          return [library('app-part')];
        },
        { keptIn },
      );
    },
  });
  await using harness = await openBuildpackHarness(keeping, {});
  const read = () => readFile(join(harness.layersDir, 'launch.sbom.spdx.json'), 'utf8');
  await harness.build();
  const first = await read();
  expect(first).toContain('app-part');
  await rm(join(harness.layersDir, 'launch.sbom.spdx.json'));
  await harness.restore();
  await harness.build();
  expect(await read()).toBe(first);
  expect(found).toBe(1);

  await rm(join(harness.layersDir, 'packages/sbom/cdx.json'));
  await harness.restore();
  await harness.build({ BP_DISABLE_SBOM: 'true' });
  expect(found).toBe(1);
  await harness.restore();
  await harness.build();
  expect(found).toBe(2);
  expect(await read()).toBe(first);
});

test('BP_DISABLE_SBOM leaves none, and they come back without it', async () => {
  await using harness = await open();
  await harness.build();
  await harness.restore();
  await Promise.all(ALL.slice(0, 3).map((name) => rm(join(harness.layersDir, name))));
  const without = await harness.build({ BP_DISABLE_SBOM: 'true' });
  expect(without.lines.filter((line) => line.includes('SBOM'))).toEqual(['  No SBOM, because BP_DISABLE_SBOM is true']);
  expect(without.lines).toContain('    layer tool: reusing');
  expect(await sbomFiles(harness)).toEqual([]);
  await harness.restore();
  expect((await harness.build()).lines).toContain('    layer tool: making (its SBOM was not kept)');
  expect(await sbomFiles(harness)).toEqual(ALL);
});

test('BP_DISABLE_SBOM is true or false', async () => {
  await using harness = await open();
  expect((await harness.build({ BP_DISABLE_SBOM: 'perhaps' })).fault?.code).toBe('SETTING_VALUE_INVALID');
});
