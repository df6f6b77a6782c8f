import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, removeFolder } from '@dema/store';
import { type Files, writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBuilderLauncher } from './builder-launcher.ts';

let root = '';
let trees = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-builder-launcher-'));
});
afterAll(() => removeFolder(root));

const PROGRAMS: Files = {
  'cnb/lifecycle/lifecycle': '#!/bin/sh\necho "1.2.3+abcdef1"\n',
  'cnb/lifecycle/launcher': 'the launcher',
};

/** What is found of a lifecycle that says of itself which Platform APIs it knows. */
async function find(supported: string[], { deprecated = [] as string[], files = PROGRAMS } = {}) {
  trees += 1;
  const tree = join(root, `tree-${trees}`);
  await writeFiles(tree, files);
  const target = { os: 'linux', arch: 'amd64', distroName: 'debian', distroVersion: '13' };
  const none = { deprecated: [], supported: [] };
  const api = { buildpack: '0.7', platform: '0.7' };
  const lifecycle = { version: '1.0.0', api, apis: { buildpack: none, platform: { deprecated, supported } } };
  const builder = { buildImage: { tree, env: [], user: 1001, group: 1000, target }, lifecycle };
  return findBuilderLauncher(await openStore(join(root, 'store')), builder, undefined);
}

test('a lifecycle without a Platform API by which images are made as ours are has no launcher for them', async () => {
  expect(await find(['0.7', '0.10', '0.11'])).toBeUndefined();
  expect(await find(['0.11'], { deprecated: ['0.3'] })).toBeUndefined();
  expect(await find([])).toBeUndefined();
  expect(await find(['0.99', '1.0'])).toBeUndefined();
});

test('of the others the newest that both know counts, a deprecated one too', async () => {
  expect(await find(['0.11', '0.12'])).toMatchObject({ platformApi: '0.12' });
  expect(await find(['0.14', '0.13', '0.99'])).toMatchObject({ platformApi: '0.14' });
  expect(await find(['0.99'], { deprecated: ['0.12'] })).toMatchObject({ platformApi: '0.12' });
});

test('the program says its version and commit; where it cannot the label of the builder counts', async () => {
  const source = { repository: 'github.com/buildpacks/lifecycle', commit: 'abcdef1' };
  expect(await find(['0.12'])).toMatchObject({ version: '1.2.3', source });
  const launcher: Files = { 'cnb/lifecycle/launcher': 'the launcher' };
  const failing = { ...launcher, 'cnb/lifecycle/lifecycle': '#!/bin/sh\nexit 1\n' };
  const plain = { ...launcher, 'cnb/lifecycle/lifecycle': 'no program' };
  for (const files of [failing, launcher, plain]) {
    expect(await find(['0.12'], { files })).toMatchObject({ version: '1.0.0' });
  }
  expect(await find(['0.12'], { files: {} })).toBeUndefined();
});
