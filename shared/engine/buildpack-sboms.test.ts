import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBuildpackToml } from '@dema/spec';
import { writeFiles } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBuildpackSboms, writeLayerSboms } from './buildpack-sboms.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dema-sboms-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const descriptor = parseBuildpackToml(
  `api = "0.10"
[buildpack]
id = "x/y"
version = "1"
sbom-formats = ["application/vnd.CycloneDX+json; version=1.4", "application/spdx+json"]
`,
  'buildpack.toml',
);

function layer(types: { launch?: boolean; build?: boolean; cache?: boolean }) {
  return { launch: false, build: false, cache: false, metadata: {}, ...types };
}

const layers = new Map([
  ['both', layer({ launch: true, cache: true })],
  ['image', layer({ launch: true })],
  ['kept', layer({ cache: true })],
  ['tool', layer({ build: true })],
]);

test('sorts documents by what their layers are for', async () => {
  const names = ['both', 'image', 'kept', 'tool', 'gone', 'launch', 'build'];
  await writeFiles(folder, {
    ...Object.fromEntries(names.map((name) => [`${name}.sbom.cdx.json`, name])),
    'image.sbom.spdx.json': 'other',
    'gone.sbom.other.json': '',
    'image.json': '',
  });
  const { launch, kept } = await readBuildpackSboms(folder, descriptor, layers);
  expect(Object.fromEntries(launch)).toEqual({
    both: { 'cdx.json': 'both' },
    image: { 'cdx.json': 'image', 'spdx.json': 'other' },
    '': { 'cdx.json': 'launch' },
  });
  expect(kept).toEqual({
    both: { 'cdx.json': 'both' },
    image: { 'cdx.json': 'image', 'spdx.json': 'other' },
    kept: { 'cdx.json': 'kept' },
  });
});

test.each([
  ['image.sbom.syft.json', 'is of the type application/vnd.syft+json, which `sbom-formats`'],
  ['build.sbom.syft.json', 'application/vnd.syft+json'],
  ['launch.sbom.other.json', 'is of no known SBOM format'],
])('%s is refused', async (file, problem) => {
  await writeFiles(folder, { [file]: '{}' });
  await expect(readBuildpackSboms(folder, descriptor, layers)).rejects.toMatchObject({
    code: 'ENGINE_BUILDPACK_OUTPUT_INVALID',
    problem: expect.stringContaining(problem),
  });
});

test('entries of the list of old get the name of their buildpack', async () => {
  const bom = [{ name: 'node', metadata: { version: '1' } }];
  const { legacy } = await readBuildpackSboms(folder, descriptor, layers, bom);
  expect(legacy).toEqual([{ name: 'node', metadata: { version: '1' }, buildpack: { id: 'x/y', version: '1' } }]);
});

test('a link in the place of a document leads nowhere', async () => {
  await writeFiles(folder, { secret: 'secret', 'image.sbom.cdx.json': { link: 'secret' } });
  expect((await readBuildpackSboms(folder, descriptor, layers)).launch.size).toBe(0);
});

test('documents of a format that this version of the buildpack does not declare are not restored', async () => {
  const documents = { 'cdx.json': '{}', 'spdx.json': '{}', 'syft.json': '{}', 'new.json': '{}' };
  await writeLayerSboms(folder, 'image', documents, descriptor);
  expect((await readdir(folder)).sort()).toEqual(['image.sbom.cdx.json', 'image.sbom.spdx.json']);
  expect(Object.keys((await readBuildpackSboms(folder, descriptor, layers)).kept)).toEqual(['image']);
});
