import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '@dema/exec';
import { removeFolder } from '@dema/store';
import { afterAll, expect } from 'vitest';
import { dema, makePlace } from '../../whole/dema.ts';
import { ownEnv } from '../go.ts';
import { askContainer } from './ask-container.ts';
import { readConfig } from './crane.ts';
import { createBuilder, describeBuilder } from './make-artefacts.ts';
import { openPack } from './pack.ts';
import { PATCHED, patchImage } from './patch-image.ts';
import { openPodman } from './podman-service.ts';
import { test } from './setting.ts';

const APPS = join(import.meta.dirname, '../../apps/nodejs');
const folder = await mkdtemp(join(tmpdir(), 'dema-pack-'));
const place = await makePlace();
afterAll(() => Promise.all([removeFolder(folder), place.remove()]));

test('pack builds an app with a builder of dema, knows the image, downloads its SBOM and rebases it', async ({
  real,
}) => {
  const pack = await openPack(folder, real);
  const podman = openPodman(real.engine);
  const named = (name: string) => `${real.registry}/packs/${name}`;
  const [builder, runImage, image] = [named('builder'), named('run:trixie'), named('app')];
  await copyInDockerFormat(real.artefacts.runImage, runImage);
  const lifecycle = real.tools.lifecycleArchive;
  await createBuilder(builder, { ...describeBuilder(real.artefacts), runImage, lifecycle }, place);
  const options = [
    '--path',
    join(APPS, 'express'),
    '--builder',
    builder,
    '--publish',
    ...(await pack.networkOptions()),
  ];
  await pack(['build', image, ...options, '--trust-builder']);
  const answers = await askContainer(real, image, ['/']);
  expect(answers).toEqual([{ status: 200, body: 'Hello from Express\n' }]);

  const { remote_info: info } = JSON.parse((await pack(['inspect', image, '--output', 'json'])).stdout);
  expect(info).toMatchObject({
    stack: 'io.dema.stacks.trixie',
    rebasable: true,
    run_images: [{ name: runImage }],
    buildpacks: [{ id: 'dema/nodejs' }],
    processes: [{ type: 'web', shell: '', command: 'node', default: true, args: ['server.js'] }],
  });

  await pack(['sbom', 'download', '--remote', image, '--output-dir', folder]);
  const documents = await readdir(join(folder, 'layers/sbom/launch/dema_nodejs/node'));
  expect(documents.sort()).toEqual(['sbom.cdx.json', 'sbom.spdx.json', 'sbom.syft.json']);

  const untrusted = await pack(['build', image, ...options, '--lifecycle-image', builder]);
  expect(untrusted.stdout).toContain("Reusing layer 'dema/nodejs:node'");

  const before = await readConfig(real, image);
  await patchImage(real, runImage, runImage);
  await pack(['rebase', image, '--publish']);
  const after = await readConfig(real, image);
  const own = (ids: string[]) => ids.slice(ids.length - 5);
  expect(own(after.rootfs.diff_ids)).toEqual(own(before.rootfs.diff_ids));
  const shown = await podman(['run', '--rm', '--pull', 'always', '--entrypoint', 'cat', image, PATCHED.path]);
  expect(shown.stdout).toBe(PATCHED.content);
});

test('pack builds into a container engine, and dema knows the image there', async ({ real }) => {
  const pack = await openPack(folder, real);
  // pack also asks the registry of the name, which must be there.
  const image = `${real.registry}/packs/greeting:1`;
  const app = join(folder, 'greeting');
  await mkdir(app);
  await writeFile(join(app, 'greeting.txt'), 'Good morning');
  const options = ['--builder', real.artefacts.foreignBuilder, '--trust-builder', '--docker-host', 'inherit'];
  await pack(['build', image, '--path', app, ...options, '--network', 'host']);
  const { local_info: info } = JSON.parse((await pack(['inspect', image, '--output', 'json'])).stdout);
  expect(info.buildpacks).toContainEqual(expect.objectContaining({ id: 'example/shell' }));
  const sboms = join(folder, 'local');
  await pack(['sbom', 'download', image, '--output-dir', sboms]);
  expect(await readdir(join(sboms, 'layers/sbom/launch'))).toContain('example_everything');
  const started = await openPodman(real.engine)(['run', '--rm', image]);
  expect(started.stdout).toBe('Good morning from process 1\n');
  const ran = await dema(['run', `daemon:${image}`], {
    ...place,
    env: { ...place.env, DOCKER_HOST: real.engine.dockerHost },
  });
  expect(ran.stdout, ran.stderr).toBe('Good morning from process 1\n');
});

/** What `pack rebase` writes is a manifest of Docker's kind, whatever its layers are, and podman wants both of one kind. */
async function copyInDockerFormat(from: string, to: string): Promise<void> {
  const options = ['--format', 'v2s2', '--src-tls-verify=false', '--dest-tls-verify=false'];
  const { code, stderr } = await exec('skopeo', ['copy', ...options, `docker://${from}`, `docker://${to}`], {
    env: ownEnv(),
  });
  expect(code, stderr).toBe(0);
}
