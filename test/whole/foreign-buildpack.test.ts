import { existsSync } from 'node:fs';
import { mkdir, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, eventsOf, makePlace, type Place, TEST_CACHE } from './dema.ts';

const SHELL = join(import.meta.dirname, '../buildpacks/shell');

let place: Place;
let app: string;

beforeAll(async () => {
  place = await makePlace();
  app = join(place.folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'greeting.txt'), 'Good morning, $HOME');
});

afterAll(() => place.remove());

function build(...args: string[]) {
  return dema(['build', app, '--tag', 'greeter', '--buildpack', SHELL, ...args], place);
}

test('builds with a folder of shell scripts, and keeps its layer for the next time', async () => {
  const first = await build('--env', 'BP_LOUD=true', '--clear-cache');
  expect(first.stderr).toContain('example/shell 1.2.3  yes: found greeting.txt');
  expect(first.stderr).toMatch(/plan: +loud = true/);
  expect(first.stderr).toContain('build number 1');
  expect(first.stderr).toContain('writing the program');
  expect(first.code).toBe(0);
  const second = await build();
  expect(second.stderr).toMatch(/plan: +loud = false/);
  expect(second.stderr).toContain('build number 2');
  expect(second.stderr).not.toContain('writing the program');
  expect(second.stdout).not.toBe(first.stdout);
  expect(first.stderr).toContain('example/shell:greeter  made: no earlier build left it');
  expect(second.stderr).toContain('example/shell:greeter  reused: its contents are as they were restored');
  await damageKeptLayers();
  const third = await build();
  expect(third.stderr).toContain('example/shell:greeter  left out: its contents in the store were damaged');
  expect(third.stderr).toContain('writing the program');
  expect(third.code).toBe(0);
  expect((await build()).stderr).toContain('example/shell:greeter  reused');
});

/** Cuts off the program in every layer that was kept. */
async function damageKeptLayers(): Promise<void> {
  const trees = join(TEST_CACHE, 'trees');
  const programs = (await readdir(trees)).map((name) => join(trees, name, 'greeter/bin/greet')).filter(existsSync);
  await Promise.all(programs.map((path) => truncate(path, 5)));
}

test('uses the layers of another image again', async () => {
  await build();
  const args = ['build', app, '--buildpack', SHELL, '--tag', 'greeter:other', '--clear-cache'];
  expect((await dema(args, place)).stderr).toContain('writing the words');
  const { code, stderr } = await dema([...args.slice(0, -1), '--previous-image', 'greeter'], place);
  expect(stderr).toMatch(/previous image sha256:[0-9a-f]{12}\n/);
  expect(stderr).toContain('example/shell:words (metadata only)');
  expect(stderr).toContain('example/shell:words  reused: as it is in the previous image');
  expect(code).toBe(0);
  const missing = await dema([...args, '--previous-image', 'nowhere'], place);
  expect(missing.stderr).toContain('(CLI_IMAGE_MISSING)');
});

test('carries labels, environment and processes into the image', async () => {
  await build();
  const { stdout } = await dema(['inspect', 'greeter', '--json'], place);
  expect(JSON.parse(stdout).config.config.Labels['example.greeting']).toBe('Good morning, $HOME');
  const run = await dema(['run', 'greeter'], place);
  expect(run).toEqual({ code: 7, stdout: 'Good morning, $HOME from process 1\n', stderr: '' });
});

test('runs another process type with the rights of the run user', async () => {
  await build();
  const { stdout } = await dema(['run', 'greeter', '--process', 'env'], place);
  expect(stdout.split('\n')).toEqual(['', '1002', 'tmp', 'read-only', '']);
});

test('says why it does not fit an app', async () => {
  const other = join(place.folder, 'other');
  await mkdir(other);
  await writeFile(join(other, 'readme.txt'), '');
  const { code, stderr } = await dema(['build', other, '--buildpack', SHELL], place);
  expect(stderr).toContain('example/shell: fail: no greeting.txt');
  expect(stderr).toContain('(ENGINE_DETECT_NONE)');
  expect(code).toBe(20);
});

test('stands beside one of ours in a group', async () => {
  await writeFile(join(app, 'server.js'), 'require("node:http").createServer().listen(process.env.PORT)');
  const { code, stdout } = await build('--buildpack', 'dema/nodejs', '--json');
  expect(code).toBe(0);
  const settled = eventsOf(stdout).find(({ type }) => type === 'plan-settled');
  expect(settled?.group).toEqual([
    { id: 'example/shell', version: '1.2.3' },
    { id: 'dema/nodejs', version: '0.1.0' },
  ]);
});

test('makes an image for tests, apart from that for production', async () => {
  const everything = join(import.meta.dirname, '../buildpacks/everything');
  const args = ['build', app, '--buildpack', everything, '--tag', 'everything'];
  const first = await dema(args, place);
  expect(first.code).toBe(0);
  const tested = await dema([...args, '--exec-env', 'test'], place);
  expect(tested.stderr).toContain('no previous image: the one that is there was made for production');
  expect(tested.stderr).toContain('example/everything:cached  made: no earlier build left it');
  expect((await dema(['run', 'everything', '--process', 'a.task'], place)).stdout).toBe('all\n');
  const other = await dema([...args, '--exec-env', 'development'], place);
  expect(other.stderr).toContain('(ENGINE_DETECT_NONE)');
  expect((await dema([...args, '--exec-env', 'a/b'], place)).stderr).toContain('(ENGINE_EXEC_ENV_INVALID)');
});

test('its Node.js takes the place of ours', async () => {
  const served = join(place.folder, 'served');
  await mkdir(served);
  await writeFile(join(served, 'server.js'), '');
  const node = join(import.meta.dirname, '../buildpacks/node');
  const args = ['build', served, '--tag', 'served', '--buildpack', node, '--buildpack', 'dema/nodejs'];
  const { code, stderr } = await dema(args, place);
  expect(stderr).toContain('asked for 1 Node.js');
  expect(stderr).toContain('Node.js 22.1.0, of an earlier buildpack');
  expect(stderr).not.toContain('dema/nodejs:node ');
  expect(code).toBe(0);
  expect((await dema(['run', 'served'], place)).stdout).toBe('no Node.js runs server.js, for production\n');
});
