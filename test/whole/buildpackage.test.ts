import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place } from './dema.ts';

const BUILDPACKS = join(import.meta.dirname, '../buildpacks');

let place: Place;
beforeAll(async () => {
  place = await makePlace();
});
afterAll(() => place.remove());

async function packageTo(output: string, buildpack: string) {
  const { code, stdout, stderr } = await dema(
    ['buildpack', 'package', join(BUILDPACKS, buildpack), '-o', output],
    place,
  );
  expect(code, stderr).toBe(0);
  const { config, digest } = JSON.parse((await dema(['inspect', output, '--json'], place)).stdout);
  expect(stdout).toBe(`${digest}\n`);
  const layers = JSON.parse(config.config.Labels['io.buildpacks.buildpack.layers']);
  return { digest, layers, diffIds: config.rootfs.diff_ids };
}

test('a buildpack of ours brings what it runs on', async () => {
  const { layers, diffIds } = await packageTo(`archive:${join(place.folder, 'helper.cnb')}`, 'launch-helper');
  expect(Object.keys(layers)).toEqual(['dema/runtime', 'example/launch-helper']);
  expect(layers['example/launch-helper']['1.0.0'].layerDiffID).toBe(diffIds[0]);
  expect(Object.values<{ layerDiffID: string }>(layers['dema/runtime'])[0]?.layerDiffID).toBe(diffIds[1]);
});

test('the file of a package is as good as its source', async () => {
  const app = join(place.folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'a file'), '');
  const build = (buildpack: string) => dema(['build', app, '--buildpack', buildpack], place);
  const file = join(place.folder, 'helper.cnb');
  const { code, stdout, stderr } = await build(file);
  expect(code, stderr).toBe(0);
  expect((await build(join(BUILDPACKS, 'launch-helper'))).stdout).toBe(stdout);
  expect((await dema(['buildpack', 'inspect', file], place)).stdout).toContain('BPL_TIMES');
  const descriptor = join(place.folder, 'project.toml');
  await writeFile(descriptor, '[_]\nschema-version = "0.2"\n[[io.buildpacks.group]]\nuri = "archive:helper.cnb"\n');
  expect((await dema(['build', app, '--descriptor', descriptor], place)).stdout).toBe(stdout);
});

test('any other is packaged as it is, and the same wherever it goes', async () => {
  const folder = join(place.folder, 'layout');
  await mkdir(folder);
  const first = await packageTo(`oci:${folder}`, 'shell');
  expect(Object.keys(first.layers)).toEqual(['example/shell']);
  expect((await packageTo(`archive:${join(place.folder, 'shell.cnb')}`, 'shell')).digest).toBe(first.digest);
  const { stderr } = await dema(['detect', place.folder, '--buildpack', `oci:${folder}`], place);
  expect(stderr).toContain('example/shell: fail: no greeting.txt');
});
