import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isFault } from '@dema/errors';
import { appendLayers, createLayer, emptyImage, type Image, setConfig } from '@dema/oci';
import { parseBuildpackToml, parseExtensionToml } from '@dema/spec';
import { openStore, type Store } from '@dema/store';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BuilderModule } from './builder-module.ts';
import { type BuilderParts, composeBuilder, SERVES_LABEL } from './compose-builder.ts';
import { createModuleLayer } from './module-layer.ts';

const HELLO = `api = "0.10"
[buildpack]
id = "acme/hello"
version = "1.2.3"
name = "Hello <b>"
homepage = "https://hello.example"
description = "d"
keywords = ["k"]
[[buildpack.licenses]]
type = "MIT"
[[targets]]
os = "linux"
arch = "amd64"
[[stacks]]
id = "*"
`;
const ALL = `api = "0.10"
[buildpack]
id = "acme/all"
version = "2.0.0"
[[order]]
[[order.group]]
id = "acme/hello"
version = "1.2.3"
[[order.group]]
id = "acme/world"
version = "1.2.3"
optional = true
`;
const EXTENSION = 'api = "0.10"\n[extension]\nid = "acme/ext"\nversion = "0.1.0"\nname = "Ext"\n';
const PROGRAMS = { detect: '#!/bin/sh\nexit 0\n', build: '#!/bin/sh\necho hi; exit 0\n' };

let root = '';
let store: Store;
let parts: BuilderParts;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-builder-'));
  const withPrograms = (name: string) => ({
    [`${name}/bin/detect`]: PROGRAMS.detect,
    [`${name}/bin/build`]: PROGRAMS.build,
  });
  await writeFiles(root, {
    'hello/buildpack.toml': HELLO,
    ...withPrograms('hello'),
    'world/buildpack.toml': HELLO.replaceAll('hello', 'world').replace(/\[\[targets\]\][^[]*/, ''),
    ...withPrograms('world'),
    'all/buildpack.toml': ALL,
    'ext/extension.toml': EXTENSION,
    'ext/bin/detect': PROGRAMS.detect,
    'ext/bin/generate': PROGRAMS.detect,
  });
  store = await openStore(join(root, 'store'));
  parts = await makeParts();
});
afterAll(() => rm(root, { recursive: true }));

async function open(name: string): Promise<BuilderModule> {
  const folder = join(root, name);
  const file = join(folder, 'buildpack.toml');
  const buildpack = { folder, descriptor: parseBuildpackToml(await readFile(file, 'utf8'), file) };
  return { ...buildpack, layer: await createModuleLayer(store, buildpack) };
}

async function openExtension(): Promise<BuilderModule> {
  const { extension, ...descriptor } = parseExtensionToml(EXTENSION, 'extension.toml');
  const buildpack = { ...extension, sbomFormats: [] };
  const opened = { folder: join(root, 'ext'), descriptor: { ...descriptor, buildpack, stacks: [] } };
  return { ...opened, layer: await createModuleLayer(store, opened, 'extension') };
}

async function makeBase(labels: Record<string, string> = {}): Promise<Image> {
  const layer = await createLayer(store, [{ path: '/etc', type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 }]);
  const base = appendLayers(emptyImage({ os: 'linux', architecture: 'amd64' }), [layer]);
  const distro = { 'io.buildpacks.base.distro.name': 'debian', 'io.buildpacks.base.distro.version': '13' };
  return setConfig(base, {
    Env: ['CNB_USER_ID=1001', 'CNB_GROUP_ID=1000'],
    Labels: { 'io.buildpacks.stack.id': 'x', ...distro, ...labels },
  });
}

async function makeParts(): Promise<BuilderParts> {
  return {
    ...{ store, name: 'ours', description: 'a <b>', architecture: 'amd64', base: await makeBase() },
    buildpacks: await Promise.all(['hello', 'world', 'all'].map(open)),
    extensions: [await openExtension()],
    order: [[{ id: 'acme/all', optional: false }], [{ id: 'acme/hello', optional: true }]],
    orderExtensions: [[{ id: 'acme/ext', version: '0.1.0', optional: false }]],
    system: { pre: [{ id: 'acme/hello', version: '1.2.3', optional: false }], post: [] },
    runImages: [{ image: '127.0.0.1:15871/run:1', mirrors: ['127.0.0.1:15871/run:2'] }],
    buildConfig: [{ name: 'A', value: 'b' }],
    createdBy: { name: 'Dema', version: '1' },
    labels: { mine: 'yes' },
  };
}

/** diffIDs that pack 0.40.3 gave the layers of the same builder.toml, behind those of build image and lifecycle. */
const OF_PACK = {
  folders: '10c187d2baadb7eece285c7392d79bf90177a51e547618cc9f57bda43f379829',
  'acme/all@2.0.0': '03cb56865cbb50231c01129ca346e7917699b90eaee31cbf56426d2ed6c3e113',
  'acme/hello@1.2.3': '94167c827006d213bbafe1900a802e0ddc65a88b3af1cd59c351a1df7930fe5d',
  'acme/world@1.2.3': '55dc80c5c62b0325daafd8dcf86ea7694481f986bf9baf3ec97e7c854d1759a2',
  'acme/ext@0.1.0': '10240f5c2cc2dc8e02b40ba6c07b2e0de64abbec38eb8ec4c8e8de807ec34908',
  'order.toml': '5212bbaa620a4c33626bdf97d49f47fa3067dbcce6a1329ae406f275179e0a52',
  'system.toml': 'c03822d6532ad76039791d9b20918d89368ce0dce9607718a43522949418c213',
  'stack.toml': '7f0dae27c283c87b4df34a6a2ab0916a5eba8867386f6811f8b2e2c8af3264f7',
  'run.toml': '2c96fffdc00a181c76c3e10ce4735589951a76185d7b3d2582c2fffd052b6506',
  'variables of every build': '145f0b6c2031266fd55e5683c62bb5a7fec1f22dc1c1a8f915dc30f09eb3911f',
  'variables of one build': '5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef',
};

test('layers are those that pack makes, byte for byte', async () => {
  const { config } = await composeBuilder(parts);
  expect(config.rootfs.diff_ids.slice(1)).toEqual(Object.values(OF_PACK).map((hex) => `sha256:${hex}`));
});

test('the configuration is that of the build image, with the labels of a builder', async () => {
  const { config } = await composeBuilder(parts);
  expect(config).toMatchObject({
    created: '1980-01-01T00:00:01Z',
    config: { Env: ['CNB_USER_ID=1001', 'CNB_GROUP_ID=1000'], WorkingDir: '/layers' },
  });
  expect(config.config?.Labels).toMatchObject({
    'io.buildpacks.stack.id': 'x',
    'io.buildpacks.buildpack.order': '[{"group":[{"id":"acme/all"}]},{"group":[{"id":"acme/hello","optional":true}]}]',
    'io.buildpacks.stack.mixins': 'null',
    mine: 'yes',
  });
});

test('same parts, same digest', async () => {
  const other = { ...parts, store: await openStore(join(root, 'other')) };
  const [first, second] = await Promise.all([composeBuilder(parts), composeBuilder(other)]);
  expect(second.config).toEqual(first.config);
});

test('without a lifecycle a label says whom the builder serves', async () => {
  const labels = (await composeBuilder(parts)).config.config?.Labels;
  expect(labels?.[SERVES_LABEL]).toBe('dema');
  const [layer] = (await makeBase()).layers;
  if (layer === undefined) throw new Error('a base has a layer');
  const apis = { deprecated: [], supported: ['0.10'] };
  const info = { version: '1', api: { buildpack: '', platform: '' }, apis: { buildpack: apis, platform: apis } };
  const withLifecycle = await composeBuilder({ ...parts, lifecycle: { info, layer } });
  expect(withLifecycle.config.config?.Labels).not.toHaveProperty([SERVES_LABEL]);
});

async function refusalOf(change: Partial<BuilderParts>): Promise<string> {
  try {
    await composeBuilder({ ...parts, ...change });
  } catch (error) {
    return isFault(error) ? `${error.code}: ${error.problem}` : String(error);
  }
  return '';
}

test.each<[string, () => Promise<Partial<BuilderParts>> | Partial<BuilderParts>, string]>([
  [
    'an order that names what is not there',
    () => ({ order: [[{ id: 'acme/none', optional: false }]] }),
    'ENGINE_BUILDER_INCOHERENT: The builder ours cannot be made: its order names acme/none, which it does not hold.',
  ],
  [
    'a version that is not there',
    () => ({ order: [[{ id: 'acme/hello', version: '9', optional: false }]] }),
    'its order names acme/hello@9, which it does not hold',
  ],
  [
    'a system buildpack that is not there',
    () => ({ system: { pre: [], post: [{ id: 'acme/none', optional: false }] } }),
    '`[system]` names acme/none, which it does not hold',
  ],
  [
    'a composite without a part of it',
    () => ({ buildpacks: parts.buildpacks.filter(({ descriptor }) => descriptor.buildpack.id !== 'acme/world') }),
    'the order of acme/all@2.0.0 names acme/world@1.2.3, which it does not hold',
  ],
  [
    'a base that is no build image',
    () => ({ base: setConfig(parts.base, { Env: ['CNB_USER_ID=1001'] }) }),
    'ENGINE_BUILD_IMAGE_INVALID: The build image of the builder ours is none: its variable CNB_GROUP_ID is not set.',
  ],
  [
    'a user without a number',
    () => ({ base: setConfig(parts.base, { Env: ['CNB_USER_ID=cnb', 'CNB_GROUP_ID=1'] }) }),
    'its variable CNB_USER_ID is "cnb"',
  ],
  [
    'a base that is a builder',
    async () => ({ base: await composeBuilder(parts) }),
    'The build image of the builder ours is none: it is a builder already.',
  ],
  [
    'a base for another processor',
    () => ({ architecture: 'arm64' }),
    'it is for linux/amd64, and the builder for linux/arm64',
  ],
  [
    'another stack than the definition says',
    () => ({ stack: { id: 'y' } }),
    'its definition is for the stack y, and its build image for x',
  ],
  [
    'a buildpack for another stack',
    async () => ({ buildpacks: await withDescriptor({ stacks: [{ id: 'y', mixins: [] }] }) }),
    'acme/hello@1.2.3 cannot build there: it is for the stack y, and the build image is x',
  ],
  [
    'a buildpack with mixins that are not there',
    async () => ({ buildpacks: await withDescriptor({ stacks: [{ id: 'x', mixins: ['build:git', 'run:curl'] }] }) }),
    'the build image has not the mixins git',
  ],
  [
    'a buildpack for another system',
    async () => ({ buildpacks: await withDescriptor({ stacks: [], targets: [{ os: 'windows', distros: [] }] }) }),
    'it is for windows, but the build image is linux/amd64, debian 13',
  ],
  [
    'a buildpack of an API that is not known',
    async () => ({ buildpacks: await withDescriptor({ api: '0.6' }) }),
    'acme/hello@1.2.3 is of Buildpack API 0.6, and the engine of dema knows 0.7, 0.8, 0.9, 0.10, 0.11, 0.12',
  ],
])('%s is refused', async (_, change, reason) => {
  expect(await refusalOf(await change())).toContain(reason);
});

async function withDescriptor(change: Partial<BuilderModule['descriptor']>): Promise<BuilderModule[]> {
  return parts.buildpacks.map((one, index) =>
    index === 0 ? { ...one, descriptor: { ...one.descriptor, ...change } } : one,
  );
}

test('two versions of a buildpack need one in the order', async () => {
  const [hello] = parts.buildpacks;
  if (hello === undefined) throw new Error('there is a buildpack');
  const buildpack = { ...hello.descriptor.buildpack, version: '2.0.0' };
  const newer = { ...hello, descriptor: { ...hello.descriptor, buildpack } };
  const buildpacks = [...parts.buildpacks, newer];
  expect(await refusalOf({ buildpacks })).toContain(
    'its order names acme/hello without a version, and it holds 1.2.3, 2.0.0',
  );
});

test('one module from two places must be the same', async () => {
  const [hello] = parts.buildpacks;
  const [layer] = (await makeBase()).layers;
  if (hello === undefined || layer === undefined) throw new Error('there is a buildpack');
  const buildpacks = [...parts.buildpacks, { ...hello, layer }];
  expect(await refusalOf({ buildpacks })).toContain('it would hold acme/hello@1.2.3 twice, with different contents');
});
