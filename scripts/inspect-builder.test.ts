import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createIndex, emptyImage, type Image, parseRegistryName, pushImage, setConfig, setLabels } from '@dema/oci';
import { renderBuilderLabels } from '@dema/spec';
import { type ContainerRegistry, startContainerRegistry, writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBuilder } from './describe-builder.ts';
import { inspectBuilder } from './inspect-builder.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

let root = '';
let workplace: Workplace;
let registry: ContainerRegistry;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-inspect-builder-'));
  workplace = await openWorkplace({ DEMA_CACHE: join(root, 'cache'), XDG_DATA_HOME: join(root, 'data') });
  registry = await startContainerRegistry();
  await workplace.images.put('ours/builder:1', makeBuilder('amd64'));
  await workplace.images.put('ours/app:1', emptyImage({ os: 'linux', architecture: 'amd64' }));
});
afterAll(async () => {
  await registry.close();
  await rm(root, { recursive: true });
});

const layerOf = (id: string, rest = {}) => ({
  ...{ id, version: '1.0.0', api: '0.10', stacks: [], targets: [], layerDiffId: `sha256:${'a'.repeat(64)}` },
  ...rest,
});

function makeBuilder(architecture: string): Image {
  const apis = { deprecated: ['0.7'], supported: ['0.10', '0.12'] };
  const labels = renderBuilderLabels({
    description: 'Ours',
    ...{ buildpacks: [], extensions: [], extensionLayers: [], orderExtensions: [], mixins: [] },
    buildpackLayers: [
      layerOf('acme/all', { order: [[{ id: 'acme/inner', version: '1.0.0', optional: false }]] }),
      layerOf('acme/inner', { order: [[{ id: 'acme/one', version: '1.0.0', optional: true }]] }),
      layerOf('acme/one', { name: 'One', homepage: 'https://one.example' }),
    ],
    order: [[{ id: 'acme/all', optional: false }], [{ id: 'acme/one', optional: true }]],
    system: { pre: [], post: [{ id: 'acme/one', version: '1.0.0', optional: false }] },
    runImages: [{ image: 'example/run:1', mirrors: ['mirror.example/run:1'] }],
    lifecycle: { version: '0.21.14', api: { buildpack: '', platform: '' }, apis: { buildpack: apis, platform: apis } },
    createdBy: { name: 'Pack CLI', version: '0.40.3' },
  });
  const image = setLabels(emptyImage({ os: 'linux', architecture }), {
    ...labels,
    'io.buildpacks.stack.id': 'example',
    'io.buildpacks.base.distro.name': 'debian',
    'io.buildpacks.base.distro.version': '13',
  });
  return setConfig(image, { Env: ['CNB_USER_ID=1001', 'CNB_GROUP_ID=1000'] });
}

test('what pack shows, as lines', async () => {
  const inspected = await inspectBuilder(workplace, 'ours/builder:1', {});
  expect(describeBuilder({ ...inspected, digest: 'sha256:0' }).join('\n')).toMatchInlineSnapshot(`
    "ours/builder:1
      Ours
      digest      sha256:0
      size        0 B compressed, 0 layers
      platform    linux/amd64, debian 13
      stack       example
      user        1001:1000
      created by  Pack CLI 0.40.3
      lifecycle   0.21.14
        buildpack APIs 0.10, 0.12; deprecated 0.7
        platform APIs 0.10, 0.12; deprecated 0.7
    run images
      example/run:1
        mirror.example/run:1 (mirror)
    buildpacks
      acme/all    1.0.0
      acme/inner  1.0.0
      acme/one    1.0.0  One  https://one.example
    order
      group 1
        acme/all
          group 1
            acme/inner@1.0.0
              group 1
                acme/one@1.0.0 (optional)
      group 2
        acme/one (optional)
    behind every group
      acme/one@1.0.0"
  `);
});

test('a depth leaves composite buildpacks as they are', async () => {
  const { order } = await inspectBuilder(workplace, 'ours/builder:1', { depth: 1 });
  expect(order[0]?.[0]?.order?.[0]).toEqual([{ id: 'acme/inner', version: '1.0.0', optional: false }]);
  expect((await inspectBuilder(workplace, 'ours/builder:1', { depth: 0 })).order[0]?.[0]).not.toHaveProperty('order');
});

test('the one of a registry goes before the one of the same name here', async () => {
  const name = `${registry.host}/ours/builder:1`;
  await workplace.images.put(name, makeBuilder('amd64'));
  expect((await inspectBuilder(workplace, name, {})).platforms).toBeUndefined();
  const both = createIndex([makeBuilder('amd64'), makeBuilder('arm64')]);
  await pushImage(parseRegistryName(name), both, { env: {} });
  const platform = { os: 'linux', architecture: 'arm64' };
  expect(await inspectBuilder(workplace, name, { platform })).toMatchObject({
    platform: 'linux/arm64',
    platforms: ['linux/amd64', 'linux/arm64'],
  });
});

test('a builder without a lifecycle says whom it serves', async () => {
  const image = setLabels(makeBuilder('amd64'), {
    'io.buildpacks.builder.metadata': '{"lifecycle":{"version":null}}',
    'io.dema.builder.serves': 'dema',
  });
  await workplace.images.put('ours/small:1', image);
  const lines = describeBuilder(await inspectBuilder(workplace, 'ours/small:1', {}));
  expect(lines).toContain('  lifecycle   none');
  expect(lines).toContain('  serves      dema alone, as it holds no lifecycle');
});

test.each([
  ['ours/app:1', 'The image ours/app:1 is no builder: it has not the labels of one.'],
  ['ours/none:1', 'There is no image ours/none:1 in the image store.'],
  ['base', 'The image of the built-in builder base was not made here yet.'],
  ['oci:./nope', `There is no image at ${resolve('nope')}.`],
  ['archive:./nope.cnb', `There is no image at ${resolve('nope.cnb')}.`],
])('%s is refused', async (name, problem) => {
  await expect(inspectBuilder(workplace, name, {})).rejects.toMatchObject({ problem });
});

test('an archive that is none is named', async () => {
  const file = join(root, 'text.tgz');
  await writeFiles(root, { 'text.tgz': 'no archive' });
  for (const name of [`archive:${file}`, file]) {
    await expect(inspectBuilder(workplace, name, {})).rejects.toMatchObject({
      code: expect.stringMatching(/^OCI_|^CLI_ARCHIVE/),
      problem: expect.stringContaining(file),
    });
  }
});

test('a builder for one platform is not shown as one for another', async () => {
  const platform = { os: 'linux', architecture: 's390x' };
  await expect(inspectBuilder(workplace, 'ours/builder:1', { platform })).rejects.toMatchObject({
    code: 'OCI_PLATFORM_MISSING',
    problem: 'ours/builder:1 has no image for linux/s390x.',
    details: ['platforms:', 'linux/amd64'],
  });
  const own = { os: 'linux', architecture: 'amd64' };
  expect(await inspectBuilder(workplace, 'ours/builder:1', { platform: own })).toMatchObject({
    platform: 'linux/amd64',
  });
});
