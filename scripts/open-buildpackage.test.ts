import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildpackFolder, composeBuildpackage } from '@dema/engine';
import { emptyImage, setLabels, writeArchive } from '@dema/oci';
import { parseBuildpackToml } from '@dema/spec';
import { openStore, type Store } from '@dema/store';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBuildpackage } from './open-buildpackage.ts';

let root = '';
let store: Store;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-open-package-'));
  store = await openStore(join(root, 'store'));
});
afterAll(() => rm(root, { recursive: true }));

async function make(id: string, rest = ''): Promise<BuildpackFolder> {
  const folder = join(root, id);
  const toml = `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${rest}`;
  await writeFiles(folder, { 'buildpack.toml': toml, 'bin/detect': '#!/bin/sh\n' });
  return { folder, descriptor: parseBuildpackToml(toml, 'buildpack.toml') };
}

test('the buildpack that the package is of, then those that it is composed of, without our runtime', async () => {
  const order = '[[order]]\n[[order.group]]\nid = "acme/one"\nversion = "1.0.0"\n';
  const others = await Promise.all([make('acme/one'), make('dema/runtime')]);
  const buildpack = await make('acme/all', order);
  const image = await composeBuildpackage({ store, architecture: 'amd64', buildpack, others });
  const file = join(root, 'all.cnb');
  await writeArchive(file, image, { reference: 'acme/all:1.0.0' });
  const opened = await openBuildpackage(await openStore(join(root, 'other')), file);
  expect(opened.map(({ descriptor }) => descriptor.buildpack.id)).toEqual(['acme/all', 'acme/one']);
  expect(opened[0]?.descriptor.order).toHaveLength(1);
  expect(await readFile(join(opened[1]?.folder ?? '', 'bin/detect'), 'utf8')).toBe('#!/bin/sh\n');
});

test.each([
  ['it has not the labels of one', {}],
  [
    'its labels name no layer for x',
    {
      'io.buildpacks.buildpackage.metadata': '{"id":"x","version":"1"}',
      'io.buildpacks.buildpack.layers': '{"y":{"1":{"layerDiffID":"sha256:0"}}}',
    },
  ],
  [
    'it has no layer for x 1',
    {
      'io.buildpacks.buildpackage.metadata': '{"id":"x","version":"1"}',
      'io.buildpacks.buildpack.layers': '{"x":{"1":{"layerDiffID":"sha256:0"}}}',
    },
  ],
])('no package: %s', async (reason, labels) => {
  const file = join(root, 'none.cnb');
  await rm(file, { force: true });
  const image = setLabels(emptyImage({ os: 'linux', architecture: 'amd64' }), labels as Record<string, string>);
  await writeArchive(file, image, { reference: 'x:1' });
  await expect(openBuildpackage(store, file)).rejects.toMatchObject({
    code: 'CLI_ARGUMENTS_INVALID',
    problem: `${file} is no package of a buildpack: ${reason}.`,
  });
});

test('a version that leads elsewhere names no folder', async () => {
  const file = join(root, 'elsewhere.cnb');
  const labels = {
    'io.buildpacks.buildpackage.metadata': '{"id":"x","version":"1"}',
    'io.buildpacks.buildpack.layers': '{"x":{"../1":{"layerDiffID":"sha256:0"}}}',
  };
  await writeArchive(file, setLabels(emptyImage({ os: 'linux', architecture: 'amd64' }), labels), { reference: 'x:1' });
  await expect(openBuildpackage(store, file)).rejects.toMatchObject({ code: 'SPEC_LABEL_INVALID' });
});
