import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SUPPORTED_APIS } from '@dema/spec';
import { removeFolder } from '@dema/store';
import { afterAll, expect } from 'vitest';
import { makePlace } from '../../whole/dema.ts';
import { writeApiBuildpacks } from './api-buildpacks.ts';
import { readConfig } from './crane.ts';
import { createBuilder, renderSystem } from './make-artefacts.ts';
import { openPack } from './pack.ts';
import { LIFECYCLE_VERSION } from './real-tools.ts';
import { type Setting, test } from './setting.ts';

const METADATA = 'io.buildpacks.builder.metadata';
const folder = await mkdtemp(join(tmpdir(), 'dema-builders-'));
const place = await makePlace();
afterAll(() => Promise.all([removeFolder(folder), place.remove()]));

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
    await expectSame(real, real.artefacts[name], real.artefacts.packBuilder);
  },
);

test('dema and pack make the same builder with system buildpacks and variables', async ({ real }) => {
  const { buildImage, runImage } = real.artefacts;
  const apis = await writeApiBuildpacks(folder);
  const [pre, post, ...others] = apis.map(({ id }) => id);
  const more = renderSystem(pre ?? '', post ?? '');
  const descriptor = { buildImage, runImage, buildpacks: apis.map((one) => one.folder), order: [others], more };
  const [ours, theirs] = ['dema', 'pack'].map((by) => `${real.registry}/${by}/system`) as [string, string];
  await createBuilder(ours, { ...descriptor, lifecycle: real.tools.lifecycleArchive }, place);
  const { rootfs } = await readConfig(real, ours);
  const pack = await openPack(folder, real);
  // pack writes the two files of a variable in the order of a Go map, which is another one in every eighth builder that it makes.
  for (let tries = 0; tries < 5; tries += 1) {
    await pack.createBuilder(theirs, descriptor);
    if (isDeepStrictEqual((await readConfig(real, theirs)).rootfs, rootfs)) break;
  }
  await expectSame(real, ours, theirs);
});

test.for(['nodejs', 'nodejsImage'] as const)('pack reads our package of a buildpack: %s', async (name, { real }) => {
  const pack = await openPack(folder, real);
  const { stdout } = await pack(['buildpack', 'inspect', real.artefacts[name]]);
  expect(stdout).toMatch(/dema\/nodejs +Dema Node\.js +\d/);
  expect(stdout).toMatch(new RegExp(`dema/runtime +Dema runtime +${process.versions.node}`));
  expect(stdout).toMatch(/Group #1:\s+└ dema\/nodejs@/);
});

async function expectSame(real: Setting, ours: string, theirs: string): Promise<void> {
  const [own, others] = await Promise.all([readConfig(real, ours), readConfig(real, theirs)]);
  expect(own.rootfs).toEqual(others.rootfs);
  expect({ ...own.config, Labels: {} }).toEqual({ ...others.config, Labels: {} });
  // What stands in this one besides names and versions, and who made the builder, is told in docs/compatibility.md.
  const labels = Object.entries(others.config?.Labels ?? {}).filter(([label]) => label !== METADATA);
  for (const [label, value] of labels) {
    expect({ [label]: asJson(own.config?.Labels?.[label] ?? '') }).toEqual({ [label]: asJson(value) });
  }
}

/** A label as a value, so that the order of keys does not matter. */
function asJson(text: string): unknown {
  return /^[[{]/.test(text) ? JSON.parse(text) : text;
}
