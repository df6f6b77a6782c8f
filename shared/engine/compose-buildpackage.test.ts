import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTar } from '@dema/archive';
import { parseBuildpackToml } from '@dema/spec';
import { openStore } from '@dema/store';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BuildpackFolder } from './builder.ts';
import { composeBuildpackage } from './compose-buildpackage.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-buildpackage-'));
  await writeFiles(root, {
    'rust/buildpack.toml': `api = "0.10"
[buildpack]
id = "acme/rust"
version = "1.2.3"
name = "Rust"
homepage = "https://rust.example"
keywords = ["rust"]
[[buildpack.licenses]]
type = "MIT"
[[targets]]
os = "linux"
arch = "amd64"
`,
    'rust/bin/detect': '#!/bin/sh\n',
    'runtime/buildpack.toml':
      'api = "0.10"\n[buildpack]\nid = "dema/runtime"\nversion = "24.0.0"\n[[stacks]]\nid = "*"\n',
  });
});
afterAll(() => rm(root, { recursive: true }));

async function open(name: string): Promise<BuildpackFolder> {
  const file = join(root, name, 'buildpack.toml');
  return { folder: join(root, name), descriptor: parseBuildpackToml(await readFile(file, 'utf8'), file) };
}

async function compose() {
  const store = await openStore(await mkdtemp(join(root, 'store-')));
  const [buildpack, runtime] = await Promise.all([open('rust'), open('runtime')]);
  return composeBuildpackage({ store, platform: { architecture: 'amd64' }, buildpack, others: [runtime] });
}

test('a layer for each buildpack, with plain modes and owners', async () => {
  const { layers } = await compose();
  const entries: string[] = [];
  for (const layer of layers) {
    for await (const { path, mode, uid } of readTar(layer.read())) entries.push(`${mode.toString(8)} ${uid} ${path}`);
  }
  expect(entries).toEqual([
    '755 0 /cnb/buildpacks/acme_rust',
    '755 0 /cnb/buildpacks/acme_rust/1.2.3',
    '755 0 /cnb/buildpacks/acme_rust/1.2.3/bin',
    '755 0 /cnb/buildpacks/acme_rust/1.2.3/bin/detect',
    '644 0 /cnb/buildpacks/acme_rust/1.2.3/buildpack.toml',
    '755 0 /cnb/buildpacks/dema_runtime',
    '755 0 /cnb/buildpacks/dema_runtime/24.0.0',
    '644 0 /cnb/buildpacks/dema_runtime/24.0.0/buildpack.toml',
  ]);
});

test('labels as pack writes them', async () => {
  const { config, layers } = await compose();
  const { Labels: labels = {} } = config.config ?? {};
  expect(labels['io.buildpacks.buildpackage.metadata']).toBe(
    '{"id":"acme/rust","name":"Rust","version":"1.2.3","homepage":"https://rust.example","keywords":["rust"],"licenses":[{"Type":"MIT","URI":""}],"stacks":[{"id":"*"}]}',
  );
  expect(labels['io.buildpacks.buildpack.layers']).toBe(
    `{"acme/rust":{"1.2.3":{"api":"0.10","targets":[{"os":"linux","arch":"amd64"}],"layerDiffID":"${layers[0]?.diffId}","homepage":"https://rust.example","name":"Rust"}},"dema/runtime":{"24.0.0":{"api":"0.10","stacks":[{"id":"*"}],"layerDiffID":"${layers[1]?.diffId}"}}}`,
  );
});

test('the same folders give the same image, whoever made them', async () => {
  const before = await compose();
  await chmod(join(root, 'rust/buildpack.toml'), 0o600);
  expect((await compose()).config).toEqual(before.config);
});

test('a pipe or a socket in the folder is refused by its name', async () => {
  const [pipe, socket] = [join(root, 'rust/bin/pipe'), join(root, 'rust/socket')];
  execFileSync('mkfifo', [pipe]);
  await expect(compose()).rejects.toMatchObject({
    code: 'ENGINE_PACKAGE_FILE_SPECIAL',
    problem: `${pipe} of acme/rust is a pipe, a socket or a device, which an image cannot have.`,
  });
  await rm(pipe);
  const server = createServer().listen(socket);
  await once(server, 'listening');
  await expect(compose()).rejects.toMatchObject({ problem: expect.stringContaining(`${socket} of acme/rust`) });
  await new Promise((resolve) => server.close(resolve));
});
