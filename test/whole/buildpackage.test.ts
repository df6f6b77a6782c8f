import { chmod, chown, cp, mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
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
  // The version of glibc stands in docs/authors.md.
  expect(await describeNode(nodeForArm64)).toEqual({ machine: 0xb7, glibc: 28 });
  expect(await describeNode(nodeForAmd64)).toEqual({ machine: 0x3e, glibc: 28 });
});

/** What the file says that it is for (ELF, `e_machine`), and the newest 2.x of glibc that it needs a symbol of. */
async function describeNode(diffId: string): Promise<{ machine: number; glibc: number } | undefined> {
  const store = await openStore(TEST_CACHE);
  const layer = await findLayer(store, diffId as Digest);
  for await (const entry of readTar(layer?.read() ?? nothing())) {
    if (!entry.path.endsWith('/bin/node')) continue;
    const program = await readBody(entry);
    const versions = [...program.toString('latin1').matchAll(/GLIBC_2\.(\d+)/g)].map(([, minor]) => Number(minor));
    return { machine: program.readUInt16LE(18), glibc: Math.max(...versions) };
  }
  return undefined;
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

test.each(['shell', 'launch-helper'])('the same wherever and by whomever it is made: %s', async (name) => {
  const first = await packageTo(`archive:${join(place.folder, `${name}-first.cnb`)}`, name);
  const elsewhere = join(place.folder, 'else where', name);
  await cp(join(BUILDPACKS, name), elsewhere, { recursive: true });
  for (const file of await readdir(elsewhere, { recursive: true })) await makeForeign(join(elsewhere, file));
  const data = { XDG_DATA_HOME: join(elsewhere, '../data'), DEMA_CACHE: join(place.folder, `cache of ${name}`) };
  const env = { ...place.env, ...data, TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8' };
  const before = process.umask(0o077);
  const { stdout, stderr } = await dema(['buildpack', 'package', elsewhere, '-o', 'store'], { ...place, env }).finally(
    () => process.umask(before),
  );
  expect(stdout, stderr).toBe(`${first.digest}\n`);
});

/** Of another user where that can be, closed to all others, and of another time. */
async function makeForeign(path: string): Promise<void> {
  const { mode } = await stat(path);
  await chmod(path, mode & 0o100 ? 0o700 : 0o600);
  await utimes(path, 1, 1);
  if (process.getuid?.() === 0) await chown(path, 65534, 65534);
}

test('any other is packaged as it is, and the same wherever it goes', async () => {
  const folder = join(place.folder, 'layout');
  await mkdir(folder);
  const first = await packageTo(`oci:${folder}`, 'shell');
  expect(Object.keys(first.layers)).toEqual(['example/shell']);
  expect((await packageTo(`archive:${join(place.folder, 'shell.cnb')}`, 'shell')).digest).toBe(first.digest);
  const { stderr } = await dema(['detect', place.folder, '--buildpack', `oci:${folder}`], place);
  expect(stderr).toContain('example/shell: fail: no greeting.txt');
});

test.each([
  [['--output', 'moon'], 'CLI_ARGUMENTS_INVALID'],
  [['--publish'], 'CLI_ARGUMENTS_INVALID'],
  [['--publish', '--tag', 'nohost'], 'OCI_REGISTRY_MISSING'],
  [['--publish', '--format', 'file', 'a.cnb'], 'CLI_ARGUMENTS_INVALID'],
  [['--tag', 'A B'], 'IMAGE_REFERENCE_INVALID'],
  [['--label', 'x'], 'CLI_ARGUMENTS_INVALID'],
  [['--target', 'linux/'], 'CLI_ARGUMENTS_INVALID'],
  [['--config', 'nowhere.toml'], 'CLI_ARGUMENTS_INVALID'],
])('what is wrong is said before anything is made: %j', async (args, code) => {
  const ended = await dema(['buildpack', 'package', '--path', join(BUILDPACKS, 'launch-helper'), ...args], place);
  expect(ended.stderr).toContain(code);
  expect(ended).toMatchObject({ code: expect.any(Number), stdout: '' });
  expect(ended.code).not.toBe(0);
});
