import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TarEntry } from '@dema/archive';
import { type BuildpackFolder, composeBuildpackage } from '@dema/engine';
import { appendLayers, createLayer, emptyImage, setLabels } from '@dema/oci';
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

test('the buildpack that the package is of, then the others in it, each with its layer', async () => {
  const order = '[[order]]\n[[order.group]]\nid = "acme/one"\nversion = "1.0.0"\n';
  const others = [await make('acme/one')];
  const buildpack = await make('acme/all', order);
  const image = await composeBuildpackage({ store, platform: { architecture: 'amd64' }, buildpack, others });
  const opened = await openBuildpackage(image, 'all');
  expect(opened.map(({ descriptor }) => descriptor.buildpack.id)).toEqual(['acme/all', 'acme/one']);
  expect(opened[0]?.descriptor.order).toHaveLength(1);
  expect(await readFile(join(opened[1]?.folder ?? '', 'bin/detect'), 'utf8')).toBe('#!/bin/sh\n');
  expect(opened.map(({ layer }) => layer?.diffId)).toEqual(image.layers.map(({ diffId }) => diffId));
});

test('a layer that several share, as pack flattens them, is that of none', async () => {
  const alone = await make('acme/one');
  const image = await composeBuildpackage({ store, platform: { architecture: 'amd64' }, buildpack: alone, others: [] });
  const layer = { layerDiffID: image.layers[0]?.diffId };
  const flattened = setLabels(image, {
    'io.buildpacks.buildpack.layers': JSON.stringify({ 'acme/one': { '1.0.0': layer }, acme_one: { '1.0.0': layer } }),
  });
  const opened = await openBuildpackage(flattened, 'flat');
  expect(opened.map((one) => one.layer)).toEqual([undefined, undefined]);
});

/** A package of `acme/one` whose layer has this link. */
async function makeLinked(path: string, linkPath: string, others: TarEntry[] = []) {
  const link: TarEntry = { path, linkPath, type: 'symlink', mode: 0o777, uid: 0, gid: 0, size: 0 };
  const layer = await createLayer(store, [link, ...others]);
  return setLabels(appendLayers(emptyImage({ os: 'linux', architecture: 'amd64' }), [layer]), {
    'io.buildpacks.buildpackage.metadata': '{"id":"acme/one","version":"1.0.0"}',
    'io.buildpacks.buildpack.layers': `{"acme/one":{"1.0.0":{"layerDiffID":"${layer.diffId}"}}}`,
  });
}

test('links of a package lead to no file of this machine', async () => {
  const { folder: secret } = await make('acme/one');
  await mkdir(join(root, 'versions'));
  await cp(secret, join(root, 'versions/1.0.0'), { recursive: true });
  for (const [path, to] of [
    ['/cnb/buildpacks/acme_one/1.0.0', secret],
    ['/cnb/buildpacks/acme_one', join(root, 'versions')],
    ['/cnb/buildpacks/acme_one/1.0.0/buildpack.toml', join(secret, 'buildpack.toml')],
  ] as const) {
    const opened = openBuildpackage(await makeLinked(path, to), 'linked');
    await expect(opened).rejects.toMatchObject({ problem: expect.stringContaining('has no buildpack.toml') });
  }
});

test('links of a package mean the package', async () => {
  const content = await readFile(join((await make('acme/one')).folder, 'buildpack.toml'));
  const file = { path: '/other/buildpack.toml', type: 'file' as const, mode: 0o644, uid: 0, gid: 0 };
  const target = { ...file, size: content.length, body: () => [content] };
  const [opened] = await openBuildpackage(await makeLinked('/cnb/buildpacks/acme_one/1.0.0', '/other', [target]), 'x');
  expect(await readFile(join(opened.folder, 'buildpack.toml'))).toEqual(content);
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
  const image = setLabels(emptyImage({ os: 'linux', architecture: 'amd64' }), labels as Record<string, string>);
  await expect(openBuildpackage(image, './none.cnb')).rejects.toMatchObject({
    code: 'CLI_ARGUMENTS_INVALID',
    problem: `./none.cnb is no package of a buildpack: ${reason}.`,
  });
});

test('a version that leads elsewhere names no folder', async () => {
  const labels = {
    'io.buildpacks.buildpackage.metadata': '{"id":"x","version":"1"}',
    'io.buildpacks.buildpack.layers': '{"x":{"../1":{"layerDiffID":"sha256:0"}}}',
  };
  const image = setLabels(emptyImage({ os: 'linux', architecture: 'amd64' }), labels);
  await expect(openBuildpackage(image, 'elsewhere')).rejects.toMatchObject({ code: 'SPEC_LABEL_INVALID' });
});
