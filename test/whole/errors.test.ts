import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, type Ended, makePlace, type Place } from './dema.ts';

let place: Place;
let app: string;

beforeAll(async () => {
  place = await makePlace();
  app = join(place.folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'server.js'), 'require("node:http").createServer().listen(process.env.PORT)');
});

afterAll(() => place.remove());

/** What every error must be: one code, advice, no stack, and an exit code of its own kind. */
function expectFault({ code, stdout, stderr }: Ended, name: string, exitCode: number): void {
  expect(stderr).toContain(`(${name})`);
  expect(stderr).toMatch(/^error: .+/m);
  expect(stderr).toMatch(/^what to do: .+/m);
  expect(stderr).not.toMatch(/^\s+at .+:\d+/m);
  expect(stdout).toBe('');
  expect(code).toBe(exitCode);
}

test('an empty folder', async () => {
  const empty = join(place.folder, 'empty');
  await mkdir(empty);
  expectFault(await dema(['build', empty], place), 'ENGINE_APP_EMPTY', 20);
});

test('a missing folder', async () => {
  const ended = await dema(['build', join(place.folder, 'nowhere')], place);
  expectFault(ended, 'ENGINE_APP_MISSING', 3);
  expect(ended.stderr).toContain(join(place.folder, 'nowhere'));
});

test('an option that there is not, with the one that was meant', async () => {
  const ended = await dema(['build', app, '--tagg', 'x'], place);
  expectFault(ended, 'CLI_ARGUMENTS_INVALID', 3);
  expect(ended.stderr).toContain('--tag');
});

test('a command that there is not', async () => {
  expectFault(await dema(['biuld', app], place), 'CLI_ARGUMENTS_INVALID', 3);
});

test('a name that no image can have', async () => {
  expectFault(await dema(['build', app, '--tag', 'Not A Name'], place), 'IMAGE_REFERENCE_INVALID', 3);
});

test('a builder that there is not', async () => {
  expectFault(await dema(['build', app, '--builder', 'bsae'], place), 'BUILDER_NAME_UNKNOWN', 3);
});

test('an error is the last word, whatever goes on beside it', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const builder = join(place.folder, 'missing');
  await mkdir(builder);
  await writeFile(
    join(builder, 'builder.toml'),
    '[[buildpacks]]\nuri = "./missing"\n[[order]]\n[[order.group]]\nid = "acme/missing"\n[build]\nimage = "base"\n',
  );
  await writeFile(join(builder, 'base.toml'), 'from = "base"\n');
  // The packages of its base image never come.
  const env = {
    ...place.env,
    DEMA_CACHE: join(place.folder, 'none'),
    DEMA_DEBIAN_MIRROR: `http://127.0.0.1:${port}/debian`,
  };
  const ended = await dema(['build', app, '--builder', builder], { ...place, env });
  expectFault(ended, 'CLI_ARGUMENTS_INVALID', 3);
  expect(ended.stderr).toMatch(/\(CLI_ARGUMENTS_INVALID\)\n$/);
  silent.close();
});

test('an image that there is not', async () => {
  expectFault(await dema(['run', 'nothing'], place), 'CLI_IMAGE_MISSING', 1);
});

test('a port that is no number', async () => {
  expectFault(await dema(['run', 'nothing', '--port', 'http'], place), 'CLI_ARGUMENTS_INVALID', 3);
});

test('a port that is in use', async () => {
  await dema(['build', app, '--tag', 'ported'], place);
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const ended = await dema(['run', 'ported', '--port', String(port)], place);
  server.close();
  expectFault(ended, 'ENGINE_PORT_IN_USE', 1);
  expect(ended.stderr).toContain(String(port));
});

test('broken TOML, with file and line', async () => {
  const buildpack = join(place.folder, 'buildpack');
  await mkdir(join(buildpack, 'bin'), { recursive: true });
  await writeFile(join(buildpack, 'bin/detect'), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(join(buildpack, 'bin/build'), '#!/bin/sh\n', { mode: 0o755 });
  await writeFile(join(buildpack, 'buildpack.toml'), 'api = "0.10"\n\n[buildpack]\nid = "a/b\n');
  const ended = await dema(['build', app, '--buildpack', buildpack], place);
  expect(ended.stderr).toContain(`${join(buildpack, 'buildpack.toml')}:4:`);
  expectFault(ended, 'SPEC_TOML_INVALID', 1);
});

test('no network, and nothing half-written', async () => {
  const offline = {
    ...place,
    env: { ...place.env, DEMA_CACHE: join(place.folder, 'cache'), DEMA_DEBIAN_MIRROR: 'http://127.0.0.1:9/debian' },
  };
  const ended = await dema(['build', app, '--tag', 'offline'], offline);
  expectFault(ended, 'FETCH_HOST_UNREACHABLE', 1);
  expect(await readdir(join(place.folder, 'cache/tmp'))).toEqual([]);
  expect((await dema(['images'], place)).stdout).not.toContain('offline');
});

test('a build without network says what it could not reach', async () => {
  await writeFile(join(app, 'package.json'), '{"dependencies": {"express": "^4.0.0"}}');
  const ended = await dema(['build', app, '--network', 'none', '--tag', 'cut-off', '--clear-cache'], place);
  expectFault(ended, 'NODEJS_PACKAGE_NOT_CACHED', 51);
});
