import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePlace, type Place } from './dema.ts';
import { installDema } from './installed-dema.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const run = promisify(execFile);

let place: Place;
let installed: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  place = await makePlace();
  ({ folder: installed, env } = await installDema(place.folder, place.env));
});

afterAll(() => place.remove());

function dema(args: string[]): Promise<{ stdout: string; stderr: string }> {
  return run(join(installed, 'node_modules/.bin/dema'), args, { cwd: installed, env });
}

test('the packed command runs on the Node.js that was installed with it', async () => {
  expect((await dema(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('it finds its buildpacks, base images and launcher in the package', async () => {
  const { stderr } = await dema(['build', join(REPOSITORY, 'test/apps/nodejs/http'), '--tag', 'packed']);
  expect(stderr).toContain('packed:latest');
  expect((await dema(['images'])).stdout).toContain('packed');
});

test('an author writes, tests and uses a buildpack with it', async () => {
  await dema(['buildpack', 'new', 'acme/rust']);
  const types = ['--typeRoots', join(REPOSITORY, 'node_modules/@types')];
  await run(join(REPOSITORY, 'node_modules/.bin/tsc'), ['-p', 'rust', ...types], { cwd: installed });
  expect((await dema(['buildpack', 'test', 'rust'])).stdout).toMatch(/pass 3\n.*fail 0\n/);
  const { stdout } = await dema(['build', 'rust/samples/hello', '--buildpack', './rust', '--run']);
  expect(stdout).toContain('Hello from rust\n');
});

test('a launch helper of a buildpack runs', async () => {
  const helper = join(REPOSITORY, 'test/buildpacks/launch-helper');
  await dema(['build', 'rust/samples/hello', '--buildpack', helper, '--tag', 'helped']);
  expect((await dema(['run', 'helped', '--env', 'the.name=Ada'])).stdout).toContain('the.greeting=Hello, "Ada"\n');
});

test('it makes packages for the other architecture, whose Node.js npm did not install', async () => {
  const other = process.arch === 'x64' ? 'linux/arm64' : 'linux/amd64';
  await dema(['buildpack', 'package', 'rust', '--target', other, '--output', 'archive:other.cnb']);
  const { stdout } = await dema(['inspect', './other.cnb', '--json']);
  expect(JSON.parse(stdout).config).toMatchObject({ architecture: other.replace('linux/', '') });
});

test('licences go with it', async () => {
  const names = await readdir(join(installed, 'node_modules/dema'));
  expect(names).toEqual(expect.arrayContaining(['LICENSE', 'NOTICE', 'bin', 'dist', 'package.json']));
  expect(await readdir(join(installed, 'node_modules'))).toContain('openpgp');
});

test('an operator makes a builder with our buildpacks, which lie in the package', async () => {
  const text = `[[buildpacks]]
uri = "dema/nodejs"
[[order]]
[[order.group]]
id = "dema/nodejs"
[build]
image = "base"
[[run.images]]
image = "dema/run-base:trixie"
`;
  await writeFile(join(installed, 'builder.toml'), text);
  await dema(['builder', 'create', 'mine']);
  const { stdout } = await dema(['builder', 'inspect', 'mine', '--json']);
  const { buildpacks } = JSON.parse(stdout) as { buildpacks: { id: string }[] };
  expect(buildpacks.map(({ id }) => id)).toEqual(['dema/nodejs', 'dema/runtime']);
}, 240_000);
