import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SUPPORTED_APIS } from '@dema/spec';
import { removeFolder } from '@dema/store';
import { afterAll, expect } from 'vitest';
import { openPack } from './pack.ts';
import { LIFECYCLE_VERSION } from './real-tools.ts';
import { test } from './setting.ts';

const folder = await mkdtemp(join(tmpdir(), 'dema-pack-'));
afterAll(() => removeFolder(folder));

test('pack makes a builder of our base images and packages beside a foreign buildpack', async ({ real }) => {
  const pack = await openPack(folder, real);
  const { stdout } = await pack(['builder', 'inspect', real.artefacts.packBuilder, '--output', 'json']);
  const { remote_info: builder } = JSON.parse(stdout);
  expect(builder).toMatchObject({
    stack: { id: 'io.dema.stacks.trixie' },
    lifecycle: {
      version: LIFECYCLE_VERSION,
      buildpack_apis: { supported: SUPPORTED_APIS.buildpack },
      platform_apis: { supported: SUPPORTED_APIS.platform },
    },
    run_images: [{ name: real.artefacts.runImage }],
    buildpacks: [{ id: 'dema/nodejs' }, { id: 'dema/runtime' }, { id: 'example/shell' }],
    detection_order: [
      { buildpacks: [{ id: 'dema/nodejs' }, { id: 'example/shell', optional: true }] },
      { buildpacks: [{ id: 'example/shell' }] },
    ],
  });
});

test('pack reads our package of a buildpack', async ({ real }) => {
  const pack = await openPack(folder, real);
  const { stdout } = await pack(['buildpack', 'inspect', real.artefacts.nodejs]);
  expect(stdout).toMatch(/dema\/nodejs +Dema Node\.js +\d/);
  expect(stdout).toMatch(new RegExp(`dema/runtime +Dema runtime +${process.versions.node}`));
  expect(stdout).toMatch(/Group #1:\s+└ dema\/nodejs@/);
});
