import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBuildpackHarness, writeFiles } from '@dema/testkit';
import { afterAll, expect, test } from 'vitest';
import { defineBuildpack, found, skip } from './index.ts';

const root = await mkdtemp(join(tmpdir(), 'dema-bindings-'));
afterAll(() => rm(root, { recursive: true }));

const buildpack = defineBuildpack({
  settings: {},
  async inspect({ bindings }) {
    const binding = bindings.find('registry');
    return binding ? found(`the binding "${binding.name}"`, { name: binding.name }) : skip('no binding "registry"');
  },
  async build({ bindings, facts, launch, log }) {
    const password = bindings.find('registry')?.value('password');
    log.step(`the password is ${password ? 'there' : 'missing'}`);
    launch.label('binding', facts.name);
  },
});

test('bindings are seen in both phases', async () => {
  await writeFiles(root, { 'mine/type': 'Registry', 'mine/password': 'password-of-mine' });
  await using harness = await openBuildpackHarness(buildpack, { env: { SERVICE_BINDING_ROOT: root } });
  expect(await harness.detect()).toMatchObject({ code: 0, lines: ['the binding "mine"'] });
  const { lines, launch } = await harness.build();
  expect(lines).toEqual(['  the password is there']);
  expect(launch.labels).toEqual([{ key: 'binding', value: 'mine' }]);
});

test('without a binding there is none', async () => {
  await using harness = await openBuildpackHarness(buildpack, {});
  expect(await harness.detect()).toMatchObject({ code: 100, lines: ['no binding "registry"'] });
});

test('one that cannot be read is named', async () => {
  await symlink('loop', join(root, 'loop'));
  await using harness = await openBuildpackHarness(buildpack, { env: { SERVICE_BINDING_ROOT: root } });
  const { fault } = await harness.detect();
  expect(fault).toMatchObject({ code: 'BUILDPACK_BINDING_UNREADABLE', blame: 'user' });
  expect(fault?.problem).toContain(join(root, 'loop'));
});
