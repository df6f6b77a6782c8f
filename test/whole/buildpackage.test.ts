import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBody, readTar } from '@dema/archive';
import { findLayer } from '@dema/oci';
import { type Digest, openStore } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place, TEST_CACHE } from './dema.ts';

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

test('one for another architecture has the Node.js of that, and the same buildpack', async () => {
  const helper = join(BUILDPACKS, 'launch-helper');
  const output = `oci:${join(place.folder, 'both')}`;
  const targets = ['--target', 'linux/amd64', '--target', 'linux/arm64'];
  const { code, stderr } = await dema(['buildpack', 'package', helper, ...targets, '-o', output], place);
  expect(code, stderr).toBe(0);
  const layers = await Promise.all(
    ['linux/amd64', 'linux/arm64'].map(async (platform) => {
      const { stdout } = await dema(['inspect', output, '--platform', platform, '--json'], place);
      return JSON.parse(stdout).config.rootfs.diff_ids;
    }),
  );
  const [[amd64, nodeForAmd64], [arm64, nodeForArm64]] = layers;
  expect(arm64).toBe(amd64);
  expect(nodeForArm64).not.toBe(nodeForAmd64);
  expect(await machineOfNode(nodeForArm64)).toBe(0xb7);
  expect(await machineOfNode(nodeForAmd64)).toBe(0x3e);
});

/** What its header says that it is for (ELF, `e_machine`). */
async function machineOfNode(diffId: string): Promise<number> {
  const store = await openStore(TEST_CACHE);
  const layer = await findLayer(store, diffId as Digest);
  for await (const entry of readTar(layer?.read() ?? nothing())) {
    if (entry.path.endsWith('/bin/node')) return (await readBody(entry)).readUInt16LE(18);
  }
  return 0;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

test('a self-contained one is alone, and builds the same', async () => {
  const file = join(place.folder, 'contained.cnb');
  const helper = join(BUILDPACKS, 'launch-helper');
  const { code, stderr } = await dema(
    ['buildpack', 'package', helper, '--self-contained', '-o', `archive:${file}`],
    place,
  );
  expect(code, stderr).toBe(0);
  const { config } = JSON.parse((await dema(['inspect', file, '--json'], place)).stdout);
  expect(Object.keys(JSON.parse(config.config.Labels['io.buildpacks.buildpack.layers']))).toEqual([
    'example/launch-helper',
  ]);
  const app = join(place.folder, 'app');
  const { stdout } = await dema(['build', app, '--buildpack', file], place);
  expect((await dema(['build', app, '--buildpack', helper], place)).stdout).toBe(stdout);
});

test('the same wherever and by whomever it is made', async () => {
  const first = await packageTo(`archive:${join(place.folder, 'first.cnb')}`, 'shell');
  const elsewhere = join(place.folder, 'else where');
  await cp(join(BUILDPACKS, 'shell'), elsewhere, { recursive: true });
  for (const name of ['bin/detect', 'bin/build']) await chmod(join(elsewhere, name), 0o700);
  await chmod(join(elsewhere, 'buildpack.toml'), 0o600);
  const data = {
    XDG_DATA_HOME: join(elsewhere, '../data-of-another'),
    DEMA_CACHE: join(place.folder, 'cache-of-another'),
  };
  const env = { ...place.env, ...data, TZ: 'Asia/Tokyo', LC_ALL: 'C' };
  const { stdout, stderr } = await dema(['buildpack', 'package', elsewhere, '-o', 'store'], { ...place, env });
  expect(stdout, stderr).toBe(`${first.digest}\n`);
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
