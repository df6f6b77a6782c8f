import { basename, join } from 'node:path';
import { exec } from '@dema/exec';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { dema, makePlace, type Place } from '../../whole/dema.ts';
import { ownEnv, TEN_MINUTES } from '../go.ts';
import { openPack, type Pack } from './pack.ts';
import { openPodman } from './podman-service.ts';
import { type Setting, test } from './setting.ts';

const BUILDPACKS = join(import.meta.dirname, '../../buildpacks');
const HELPER = join(BUILDPACKS, 'launch-helper');
const SHELL = join(BUILDPACKS, 'shell');
const TARGET = `linux/${process.arch === 'arm64' ? 'arm64' : 'amd64'}`;

let place: Place;
beforeAll(async () => {
  place = await makePlace();
  await writeFiles(place.folder, {
    'script/main.sh': 'echo "$GREETING from lua"\n',
    'greeting/greeting.txt': 'Good morning',
    'empty/a file': '',
  });
});
afterAll(() => place.remove());

async function ours(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await dema(args, place);
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

function inPlace(name: string): string {
  return join(place.folder, name);
}

async function packageHelper(...args: string[]): Promise<void> {
  await ours('buildpack', 'package', HELPER, '--target', TARGET, ...args);
}

/** Builds an app with pack, and gives what the image prints. */
async function buildAndRun(pack: Pack, real: Setting, app: string, ...args: string[]): Promise<string> {
  const image = `${real.registry}/test/${basename(app)}:1`;
  const trust = ['--trust-builder', '--trust-extra-buildpacks'];
  await pack(['build', image, '--path', app, ...trust, '--network', 'host', '--publish', ...args]);
  const { stdout } = await openPodman(real.engine)(['run', '--rm', '--pull', 'always', image]);
  return stdout;
}

test('pack inspects an index that we published', async ({ real }) => {
  const pack = await openPack(place.folder, real);
  const name = `${real.registry}/test/helper:index`;
  const targets = ['--target', 'linux/amd64', '--target', 'linux/arm64'];
  await ours('buildpack', 'package', HELPER, ...targets, '--publish', '--tag', name);
  const { stdout } = await pack(['buildpack', 'inspect', name]);
  expect(stdout).toMatch(/example\/launch-helper\b.* 1\.0\.0/);
  expect(stdout).toMatch(/dema\/runtime +Dema runtime/);
});

test('pack builds with our package beside what a builder has', async ({ real }) => {
  const pack = await openPack(place.folder, real);
  const file = inPlace('helper.cnb');
  await packageHelper('--output', `archive:${file}`);
  // A variable, because podman does not load the builder that pack puts together when two layers of it are empty.
  const args = ['--builder', real.artefacts.demaBuilder, '--buildpack', file, '--env', 'BP_GREETING=Hello'];
  expect(await buildAndRun(pack, real, inPlace('empty'), ...args)).toContain('the.greeting=Hello');
});

test(
  'pack puts ours into a builder beside a foreign one: of an author, from a registry, self-contained',
  async ({ real }) => {
    const pack = await openPack(place.folder, real);
    const [lua, all] = [inPlace('lua.cnb'), inPlace('all.cnb')];
    await ours('buildpack', 'new', 'acme/lua', inPlace('lua'));
    await ours('buildpack', 'package', inPlace('lua'), '--target', TARGET, '--output', `archive:${lua}`);
    await packageHelper('--self-contained', '--output', `archive:${inPlace('contained.cnb')}`);
    await writeComposite(inPlace('all'), inPlace('contained.cnb'));
    await pack(['buildpack', 'package', all, '--format', 'file', '--config', join(inPlace('all'), 'package.toml')]);
    // Without `docker://`, which pack takes for no image when a port stands in the name.
    const buildpacks = [lua, all, SHELL, `${real.registry}/test/shell:ours`];
    const { buildImage, runImage } = real.artefacts;
    const builder = `${real.registry}/test/authors:1`;
    const order = [['acme/lua'], ['acme/all'], ['example/shell']];
    await ours(
      'buildpack',
      'package',
      SHELL,
      '--target',
      TARGET,
      '--publish',
      '--tag',
      `${real.registry}/test/shell:ours`,
    );
    await pack.createBuilder(builder, { buildImage, runImage, buildpacks, order });
    const env = ['--env', 'BP_LUA_GREETING=Hi'];
    expect(await buildAndRun(pack, real, inPlace('script'), '--builder', builder, ...env)).toBe('Hi from lua\n');
    expect(await buildAndRun(pack, real, inPlace('empty'), '--builder', builder)).toContain('the.greeting=Hello');
  },
  TEN_MINUTES,
);

/** A composite buildpack of the one of a package. */
async function writeComposite(folder: string, file: string): Promise<void> {
  await writeFiles(folder, {
    'buildpack.toml': `api = "0.10"
[buildpack]
id = "acme/all"
version = "1.0.0"
[[order]]
[[order.group]]
id = "example/launch-helper"
version = "1.0.0"
`,
    'package.toml': `[buildpack]\nuri = "."\n[[dependencies]]\nuri = "${file}"\n`,
  });
}

test('we build with packages of pack, wherever they are', async ({ real }) => {
  const pack = await openPack(place.folder, real);
  const [file, name] = [inPlace('shell.cnb'), `${real.registry}/test/shell:1`];
  await pack(['buildpack', 'package', file, '--format', 'file', '--path', SHELL]);
  await pack(['buildpack', 'package', name, '--publish', '--path', SHELL, '--target', TARGET]);
  const copy = ['copy', '--src-tls-verify=false', `docker://${name}`, `oci:${inPlace('layout')}`];
  expect(await exec('skopeo', copy, { env: ownEnv() })).toMatchObject({ code: 0 });
  const build = (buildpack: string) =>
    ours('build', inPlace('greeting'), '--clear-cache', '--tag', 'shell-app', '--buildpack', buildpack);
  const expected = await build(SHELL);
  for (const found of [file, `docker://${name}`, `oci:${inPlace('layout')}`]) expect(await build(found)).toBe(expected);
  expect(await ours('buildpack', 'inspect', file)).toContain('example/shell 1.2.3');
});
