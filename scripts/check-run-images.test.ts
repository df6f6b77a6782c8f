import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyImage, type Image, parseRegistryName, pushImage, setLabels } from '@dema/oci';
import { type ContainerRegistry, startContainerRegistry } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkRunImages } from './check-run-images.ts';
import type { SourcePlace } from './source-place.ts';
import { openWorkplace } from './workplace.ts';

let root = '';
let place: SourcePlace;
let registry: ContainerRegistry;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-run-images-'));
  const env = { DEMA_CACHE: join(root, 'cache'), XDG_DATA_HOME: join(root, 'data') };
  place = {
    workplace: await openWorkplace(env),
    env,
    file: join(root, 'builder.toml'),
    folder: root,
    architecture: 'amd64',
  };
  registry = await startContainerRegistry();
  await pushImage(parseRegistryName(`${registry.host}/run:1`), makeImage('debian', '13'), { env });
  await place.workplace.images.put('ours/run:1', makeImage('ubuntu', '24.04'));
});
afterAll(async () => {
  await registry.close();
  await rm(root, { recursive: true });
});

function makeImage(name: string, version: string): Image {
  return setLabels(emptyImage({ os: 'linux', architecture: 'amd64' }), {
    'io.buildpacks.stack.id': 'x',
    'io.buildpacks.base.distro.name': name,
    'io.buildpacks.base.distro.version': version,
  });
}

const check = (image: string, mirrors: string[] = [], more: Partial<SourcePlace> & { stackId?: string } = {}) =>
  checkRunImages([{ image, mirrors }], makeImage('debian', '13'), { ...place, ...more });

test('nothing is said of what fits, nor of a name that says no place', async () => {
  expect(await check(`${registry.host}/run:1`, ['dema/run-base:trixie'], { stackId: 'x' })).toEqual([]);
});

test('what a registry does not have is told, unless nobody may ask', async () => {
  const name = `${registry.host}/none:1`;
  const sentence = `the run image ${name} cannot be had: The registry has no image ${name}`;
  expect(await check(`${registry.host}/run:1`, [name])).toEqual([sentence]);
  expect(await check(name, [], { offline: true })).toEqual([]);
});

test('another distribution than that of the build image is told', async () => {
  expect(await check('ours/run:1')).toEqual([
    'the run image ours/run:1 is ubuntu 24.04, and the build image debian 13',
  ]);
});

test('another architecture than that of the builder is told', async () => {
  const name = `${registry.host}/run:1`;
  const arm = { architecture: 'arm64', platform: { os: 'linux', architecture: 'arm64' } };
  expect(await check(name, [], arm)).toEqual([`the run image ${name} is for amd64, and the builder for arm64`]);
});

test('another stack than the definition names is refused', async () => {
  await expect(check(`${registry.host}/run:1`, [], { stackId: 'y' })).rejects.toMatchObject({
    code: 'CLI_BUILDER_CONTRADICTS',
  });
});

test('what can be no name of an image is refused', async () => {
  const refused = { code: 'IMAGE_REFERENCE_INVALID', exitCode: 3 };
  await expect(check('Bad NAME')).rejects.toMatchObject(refused);
  await expect(check('Bad NAME', [], { offline: true })).rejects.toMatchObject(refused);
  await expect(check(`${registry.host}/run:1`, ['shop/Run'])).rejects.toMatchObject(refused);
  expect(await check(`${registry.host}/none@sha256:${'a'.repeat(64)}`, [], { offline: true })).toEqual([]);
});
