import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeImageTree, readLayout } from '@dema/oci';
import { openStore } from '@dema/store';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ContainerParts, demaInside as demaInContainer, IDS, openContainerParts } from './container.ts';
import { dema, makePlace, type Place, TEST_CACHE } from './dema.ts';
import { LIFECYCLE_FILES } from './lifecycle-files.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const APPS = join(REPOSITORY, 'test/apps/nodejs');
const HELPER = join(REPOSITORY, 'test/buildpacks/launch-helper');

let place: Place;
let parts: ContainerParts;

beforeAll(async () => {
  place = await makePlace();
  parts = await openContainerParts();
});

afterAll(() => place.remove());

const demaInside = (args: string[], tree = parts.buildTree) => demaInContainer(tree, args, { ...parts, place });

test('in a container of the build image a build needs no sandbox and gives the same image', async () => {
  const app = join(APPS, 'http');
  const usual = await dema(['build', app, '--tag', 'usual'], place);
  expect(usual.code, usual.stderr).toBe(0);
  await writeFiles(place.folder, { 'db/type': 'postgresql', 'db/password': 'x' });
  const args = ['build', app, '--sandbox', 'none', '--offline', '--tag'];
  const inside = await demaInside([...args, 'inside', '--binding', join(place.folder, 'db')]);
  expect(inside).toMatchObject({ code: 0, stdout: usual.stdout });
  const again = await demaInside([...args, 'usual']);
  expect(again).toMatchObject({ code: 0, stdout: usual.stdout });
  expect(again.stderr).toContain('layer node: reusing');
  for (const folder of ['workspace', 'layers']) expect(await readdir(join(place.folder, folder))).toEqual([]);
  const mounted = await demaInside([...args, 'mounted', '--volume', `${place.folder}:/opt/data`]);
  expect(mounted.stderr).toContain('(ENGINE_VOLUME_INVALID)');
});

test('there a buildpack finds what its launch helpers run on, too', async () => {
  const build = ['build', join(APPS, 'http'), '--buildpack', HELPER, '--tag'];
  const usual = await dema([...build, 'helped'], place);
  expect(usual.code, usual.stderr).toBe(0);
  expect(await demaInside([...build, 'inside-helped', '--sandbox', 'none', '--offline'])).toMatchObject({
    code: 0,
    stdout: usual.stdout,
  });
});

test('a builder that is an image gives the same image in a container of it and in one of its build image', async () => {
  const definition = `[[buildpacks]]
uri = ${JSON.stringify(HELPER)}
[[order]]
[[order.group]]
id = "example/launch-helper"
[build]
image = "base"
[[run.images]]
image = "dema/run-base:trixie"
[lifecycle]
uri = "lifecycle"
`;
  await writeFiles(join(place.folder, 'own'), { 'builder.toml': definition, ...LIFECYCLE_FILES });
  const layout = join(place.folder, 'image');
  const created = ['builder', 'create', 'own', '--config', join(place.folder, 'own'), '--output', `oci:${layout}`];
  expect(await dema(created, place)).toMatchObject({ code: 0 });
  const build = ['build', join(APPS, 'http'), '--builder', `oci:${layout}`, '--tag'];
  const usual = await dema([...build, 'of-image'], place);
  expect(usual.code, usual.stderr).toBe(0);
  const store = await openStore(TEST_CACHE);
  const builderTree = await makeImageTree(store, (await readLayout(store, layout)).layers);
  for (const tree of [builderTree, parts.buildTree]) {
    const inside = await demaInside([...build, 'inside-image', '--sandbox', 'none'], tree);
    expect(inside).toMatchObject({ code: 0, stdout: usual.stdout });
  }
});

test.each([
  ['this is none', {}],
  ['this one runs as user', { ...IDS, CNB_USER_ID: '54321' }],
  ['this one has no folder /workspace', { ...IDS, CNB_USER_ID: String(process.getuid?.()) }],
])('elsewhere it is refused: %s', async (reason, variables) => {
  const env = { ...place.env, ...variables };
  const { code, stderr } = await dema(['build', join(APPS, 'http'), '--sandbox', 'none'], { ...place, env });
  expect(stderr).toContain('(ENGINE_SANDBOX_NEEDED)');
  expect(stderr).toContain(reason);
  expect(code).toBe(3);
});

test('it cannot take the network from buildpacks', async () => {
  const { stderr } = await dema(['build', join(APPS, 'http'), '--sandbox', 'none', '--network', 'none'], place);
  expect(stderr).toContain('nothing can take the network away');
});
