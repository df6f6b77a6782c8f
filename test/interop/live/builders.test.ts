import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SUPPORTED_APIS } from '@dema/spec';
import { removeFolder } from '@dema/store';
import { afterAll, expect } from 'vitest';
import { readConfig } from './crane.ts';
import { openPack } from './pack.ts';
import { LIFECYCLE_VERSION } from './real-tools.ts';
import { test } from './setting.ts';

const folder = await mkdtemp(join(tmpdir(), 'dema-builders-'));
afterAll(() => removeFolder(folder));

test.for(['packBuilder', 'demaBuilder', 'demaBuilderOfPack'] as const)(
  'pack inspects a builder of our base images and packages beside a foreign buildpack: %s',
  async (name, { real }) => {
    const pack = await openPack(folder, real);
    const { stdout } = await pack(['builder', 'inspect', real.artefacts[name], '--output', 'json']);
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
  },
);

test.for(['demaBuilder', 'demaBuilderOfPack'] as const)(
  'dema and pack make the same layers and labels of a builder.toml: %s',
  async (name, { real }) => {
    const read = (builder: string) => readConfig(real, builder);
    const [ours, theirs] = await Promise.all([read(real.artefacts[name]), read(real.artefacts.packBuilder)]);
    expect(ours.rootfs).toEqual(theirs.rootfs);
    const { Labels, ...config } = theirs.config ?? {};
    const { Labels: labels = {}, ...own } = ours.config ?? {};
    expect(own).toEqual(config);
    // What stands in this one besides names and versions, and who made the builder, is told in docs/compatibility.md.
    const others = Object.entries(Labels ?? {}).filter(([label]) => label !== 'io.buildpacks.builder.metadata');
    for (const [label, value] of others) {
      expect({ [label]: asJson(labels[label] ?? '') }).toEqual({ [label]: asJson(value) });
    }
  },
);

test.for(['nodejs', 'nodejsImage'] as const)('pack reads our package of a buildpack: %s', async (name, { real }) => {
  const pack = await openPack(folder, real);
  const { stdout } = await pack(['buildpack', 'inspect', real.artefacts[name]]);
  expect(stdout).toMatch(/dema\/nodejs +Dema Node\.js +\d/);
  expect(stdout).toMatch(new RegExp(`dema/runtime +Dema runtime +${process.versions.node}`));
  expect(stdout).toMatch(/Group #1:\s+└ dema\/nodejs@/);
});

/** A label as a value, so that the order of keys does not matter. */
function asJson(text: string): unknown {
  return /^[[{]/.test(text) ? JSON.parse(text) : text;
}
