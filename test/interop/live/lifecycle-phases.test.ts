import { appendFile, cp, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeFolder } from '@dema/store';
import { afterAll, expect } from 'vitest';
import { type Case, readCases } from '../../apps/case.ts';
import { askContainer } from './ask-container.ts';
import { crane, readConfig, readProcesses } from './crane.ts';
import { openLifecyclePlace } from './lifecycle-place.ts';
import { type Setting, test } from './setting.ts';

const cases = await readCases();
const folder = await mkdtemp(join(tmpdir(), 'dema-phases-'));
afterAll(() => removeFolder(folder));

/** A place, a copy of the app that may be changed, and where its image goes. */
async function open(real: Setting, sample: Case, builder = real.artefacts.demaBuilder) {
  const root = await mkdtemp(join(folder, 'place-'));
  const app = join(root, 'app');
  await cp(sample.app, app, { recursive: true });
  const image = `${real.registry}/lifecycle/${sample.name}`;
  const build = { builder, image, app, env: sample.env };
  return { place: await openLifecyclePlace(root, real), build };
}

/** Adds a line to the first file of code, such as `server.js`. */
async function changeOneLine(app: string): Promise<void> {
  const files = (await readdir(app, { recursive: true })).filter((path) => !path.includes('node_modules'));
  const [code = ''] = files.filter((path) => /\.[jt]s$/.test(path)).sort();
  await appendFile(join(app, code), '\n// one line\n');
}

/** Layers that the log says are taken from the image before. */
function reusedLayers(output: string): string[] {
  return [...output.matchAll(/^Reusing layer '(.+)'$/gm)].map(([, name]) => name ?? '');
}

test.for(cases.filter(({ fault }) => fault === undefined))(
  'creator of our builder makes $name, and makes only what changed again',
  async (sample, { real }) => {
    const { place, build } = await open(real, sample);
    expect(reusedLayers(await place.create(build))).toEqual([]);
    const config = await readConfig(real, build.image);
    expect(readProcesses(config)).toEqual(sample.processes);
    const answers = await askContainer(
      real,
      build.image,
      sample.http.map(({ path }) => path),
    );
    for (const [index, { path, status, body, contains = '' }] of sample.http.entries()) {
      expect(answers[index]?.status, path).toBe(status);
      expect(answers[index]?.body, path).toEqual(body ?? expect.stringContaining(contains));
    }
    await changeOneLine(build.app);
    const output = await place.create(build);
    expect(reusedLayers(output)).toEqual(
      expect.arrayContaining(['dema/nodejs:node', 'buildpacksio/lifecycle:launcher']),
    );
    for (const layer of sample.reused) expect(output).toContain(`Restoring data for "${layer}" from cache`);
    const changed = await readConfig(real, build.image);
    const before = new Set(config.rootfs.diff_ids);
    expect(changed.rootfs.diff_ids.filter((one) => !before.has(one))).toHaveLength(1);
  },
);

test('the five phases in containers of their own make the image that creator makes', async ({ real }) => {
  const express = cases.find(({ name }) => name === 'nodejs/express');
  if (express === undefined) throw new Error('there is no sample of that name');
  const { place, build } = await open(real, { ...express, name: 'five' }, real.artefacts.packBuilder);
  const digest = () => crane(real, ['digest', build.image]);
  expect(reusedLayers(await place.runPhases(build))).toEqual([]);
  const cold = await digest();
  await place.create(build);
  expect(await digest()).toBe(cold);
  await changeOneLine(build.app);
  expect(reusedLayers(await place.runPhases(build))).toContain('dema/nodejs:node');
  const changed = await digest();
  expect(changed).not.toBe(cold);
  await place.create(build);
  expect(await digest()).toBe(changed);
});

test('a detect that finds nothing ends with the code of the specification', async ({ real }) => {
  const { place, build } = await open(real, {
    ...(cases[0] as Case),
    name: 'nothing',
    app: join(import.meta.dirname, '../cases'),
  });
  await expect(place.create(build)).rejects.toThrow('ended with 20');
});
