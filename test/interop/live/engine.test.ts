import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exec } from '@dema/exec';
import { afterAll, expect } from 'vitest';
import { dema, makePlace } from '../../whole/dema.ts';
import { ownEnv } from '../go.ts';
import { openPodman } from './podman-service.ts';
import { test } from './setting.ts';

const made = await makePlace();
afterAll(() => made.remove());

const app = join(made.folder, 'app');
await mkdir(app);
await writeFile(join(app, 'greeting.txt'), 'hello');
await writeFile(join(app, 'package.json'), '{}');

const SHELL = join(import.meta.dirname, '../../buildpacks/shell');

test('an image is built into a container engine, runs there, and runs from there without it', async ({ real }) => {
  const place = { ...made, env: { ...made.env, DOCKER_HOST: real.engine.dockerHost } };
  const podman = openPodman(real.engine);
  const args = ['build', app, '--buildpack', SHELL, '--tag', 'engine/hello:1', '--output', 'daemon'];
  const built = await dema(args, place);
  expect(built.code, built.stderr).toBe(0);
  const run = await podman(['run', '--rm', 'engine/hello:1']);
  expect(run).toMatchObject({ code: 7, stdout: 'hello from process 1\n' });
  const own = await dema(['run', 'daemon:engine/hello:1'], place);
  expect(own, own.stderr).toMatchObject({ code: 7, stdout: 'hello from process 1\n' });
});

test('a builder that the container engine has builds, with the run image that it has', async ({ real }) => {
  const place = { ...made, env: { ...made.env, DOCKER_HOST: real.engine.dockerHost } };
  const podman = openPodman(real.engine);
  for (const image of [real.artefacts.demaBuilder, real.artefacts.runImage])
    expect(await podman(['pull', '--quiet', image])).toMatchObject({ code: 0 });
  const builder = ['--builder', `daemon:${real.artefacts.demaBuilder}`];
  const built = await dema(
    ['build', app, ...builder, '--run-image', `daemon:${real.artefacts.runImage}`, '--buildpack', 'example/shell'],
    place,
  );
  expect(built.code, built.stderr).toBe(0);
});

test('archives are taken by podman and skopeo', async ({ real }) => {
  const podman = openPodman(real.engine);
  const file = join(made.folder, 'image.tar');
  const args = ['build', app, '--buildpack', SHELL, '--tag', 'engine/archived:1', '--output', `archive:${file}`];
  const built = await dema(args, made);
  expect(built.code, built.stderr).toBe(0);
  const loaded = await podman(['load', '--input', file]);
  expect(loaded.code, loaded.stderr).toBe(0);
  expect(await podman(['run', '--rm', 'engine/archived:1'])).toMatchObject({
    code: 7,
    stdout: 'hello from process 1\n',
  });
  for (const transport of ['docker-archive', 'oci-archive']) {
    const copied = await exec('skopeo', ['inspect', '--raw', `${transport}:${file}`], { env: ownEnv() });
    expect(copied.code, copied.stderr).toBe(0);
  }
  const copied = await dema(['run', `docker-archive:${await copyBySkopeo(file)}`], made);
  expect(copied, copied.stderr).toMatchObject({ code: 7, stdout: 'hello from process 1\n' });
});

/** As an archive of Docker's, which skopeo writes anew. */
async function copyBySkopeo(file: string): Promise<string> {
  const copy = join(made.folder, 'copy.tar');
  const args = ['copy', '--quiet', `oci-archive:${file}`, `docker-archive:${copy}:engine/copied:1`];
  const { code, stderr } = await exec('skopeo', ['--insecure-policy', ...args], { env: ownEnv() });
  expect(code, stderr).toBe(0);
  return copy;
}
