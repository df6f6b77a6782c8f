import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '@dema/exec';
import { appendLayers, createLayer, emptyImage, folderEntries, setLabels } from '@dema/oci';
import { content, startServer, type TestServer, writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFittingLifecycle } from './open-lifecycle.ts';
import type { SourcePlace } from './source-place.ts';
import { openWorkplace } from './workplace.ts';

const PROGRAMS = ['lifecycle', 'launcher', 'analyzer', 'builder', 'creator', 'detector', 'exporter', 'restorer'];
const TOML =
  '[apis.buildpack]\nsupported = ["0.10"]\n[apis.platform]\nsupported = ["0.12"]\n[lifecycle]\nversion = "0.21.14"\n';
const APIS = { buildpack: { deprecated: [], supported: ['0.10'] }, platform: { deprecated: [], supported: ['0.12'] } };

let root = '';
let place: SourcePlace;
let server: TestServer;
let url = '';

/** The header of a program for a processor, by the number that it has there. */
function program(machine: number): string {
  return `\x7fELF\x02\x01\x01${'\0'.repeat(11)}${String.fromCharCode(machine)}\0`;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-lifecycles-'));
  const env = { DEMA_CACHE: join(root, 'cache'), XDG_DATA_HOME: join(root, 'data') };
  place = {
    workplace: await openWorkplace(env),
    env,
    file: join(root, 'builder.toml'),
    folder: root,
    architecture: 'amd64',
  };
  for (const [name, machine] of Object.entries({ amd64: 0x3e, other: 0x15 })) {
    const files = PROGRAMS.map((file) => [`${name}/lifecycle/${file}`, program(machine)]);
    await writeFiles(root, { [`${name}/lifecycle.toml`]: TOML, ...Object.fromEntries(files) });
  }
  await exec('tar', ['-C', join(root, 'amd64'), '-czf', join(root, 'amd64.tgz'), 'lifecycle.toml', 'lifecycle'], {
    env: {},
  });
  const archive = await readFile(join(root, 'amd64.tgz'));
  server = await startServer({ '/lifecycle.tgz': content(archive) });
  url = `${server.url}/lifecycle.tgz#sha256:${createHash('sha256').update(archive).digest('hex')}`;
  const { store, images } = place.workplace;
  const entries = folderEntries(join(root, 'amd64/lifecycle'), { prefix: '/cnb/lifecycle', uid: 0, gid: 0 });
  const image = appendLayers(emptyImage({ os: 'linux', architecture: 'amd64' }), [await createLayer(store, entries)]);
  const labels = { 'io.buildpacks.lifecycle.version': '0.21.14', 'io.buildpacks.lifecycle.apis': JSON.stringify(APIS) };
  await images.put('example/lifecycle:1', setLabels(image, labels));
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

test.each([
  ['a folder', () => 'amd64'],
  ['an archive', () => './amd64.tgz'],
  ['an address of the web', () => url],
  ['an image', () => 'docker://example/lifecycle:1'],
  ['an image by its name', () => 'example/lifecycle:1'],
])('%s', async (_, uri) => {
  const { info } = await openFittingLifecycle([uri()], place);
  expect(info).toMatchObject({ version: '0.21.14', apis: APIS });
});

test('of several the one for the processor is taken', async () => {
  const first = await openFittingLifecycle(['other', 'amd64'], place);
  expect(first.layer.diffId).toBe((await openFittingLifecycle(['amd64'], place)).layer.diffId);
});

test('none for the processor is told', async () => {
  await expect(openFittingLifecycle(['other'], place)).rejects.toMatchObject({
    code: 'ENGINE_LIFECYCLE_INVALID',
    problem: expect.stringContaining('its programs are for ppc64le, and the builder is for amd64'),
  });
});

test('a file that cannot be read is named', async () => {
  await symlink('loop.tgz', join(root, 'loop.tgz'));
  await expect(openFittingLifecycle(['./loop.tgz'], place)).rejects.toMatchObject({
    code: 'CLI_FILE_UNREADABLE',
    problem: expect.stringContaining(join(root, 'loop.tgz')),
  });
});

test.each(['./none.tgz', 'none.tgz', 'lifecycle-v0.21.14+linux.x86-64.tgz', 'example/none:1', 'xxx'])(
  '%s is missing, as a file and as an image',
  async (uri) => {
    await expect(openFittingLifecycle([uri], place)).rejects.toMatchObject({
      code: 'CLI_LIFECYCLE_MISSING',
      problem: `There is no lifecycle ${uri}, neither in ${root} nor in the image store.`,
    });
  },
);

test('an archive that is none is named', async () => {
  const archive = await readFile(join(root, 'amd64.tgz'));
  await writeFiles(root, { 'text.tgz': 'no archive', 'long.tgz': 'no archive'.repeat(100) });
  await writeFile(join(root, 'cut.tgz'), archive.subarray(0, archive.length / 2));
  for (const file of ['text.tgz', 'long.tgz', 'cut.tgz']) {
    await expect(openFittingLifecycle([`./${file}`], place)).rejects.toMatchObject({
      code: 'CLI_ARCHIVE_INVALID',
      problem: expect.stringContaining(`./${file} cannot be read as an archive: `),
    });
  }
});
