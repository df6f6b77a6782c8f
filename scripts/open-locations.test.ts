import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listOwnBuildpacks, openLocations } from './open-locations.ts';
import type { SourcePlace } from './source-place.ts';
import { openWorkplace } from './workplace.ts';

let root = '';
let place: SourcePlace;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-locations-'));
  const env = { ...process.env, XDG_DATA_HOME: join(root, 'data') };
  place = {
    workplace: await openWorkplace(env),
    env,
    file: join(root, 'builder.toml'),
    folder: root,
    architecture: 'amd64',
  };
  await writeFiles(root, {
    'hello/buildpack.toml': 'api = "0.10"\n[buildpack]\nid = "acme/hello"\nversion = "1.2.3"\n',
    'hello/bin/detect': '#!/bin/sh\n',
    'hello/bin/build': '#!/bin/sh\n',
  });
});
afterAll(() => rm(root, { recursive: true }));

const open = (location: Parameters<typeof openLocations>[0][number]) => openLocations([location], 'buildpack', place);

test('a folder by its path from the definition', async () => {
  const [found] = await open({ id: 'acme/hello', version: '1.2.3', uri: 'hello' });
  expect(found?.descriptor.buildpack.id).toBe('acme/hello');
});

test('a buildpack of ours by its id, wherever this program lies', async () => {
  const [own] = await listOwnBuildpacks(place.workplace.store);
  const version = own?.descriptor.buildpack.version;
  expect(await open({ uri: 'dema/nodejs' })).toEqual([own]);
  expect(await open({ uri: `dema/nodejs@${version}` })).toEqual([own]);
}, 60_000);

test.each([
  [{ uri: 'hello', version: '2.0.0' }, 'CLI_MODULE_DIFFERS'],
  [{ uri: 'hello', id: 'acme/other' }, 'CLI_MODULE_DIFFERS'],
  [{ uri: 'from=builder:acme/hello' }, 'CLI_ARGUMENTS_INVALID'],
  [{ uri: 'urn:cnb:registry:acme/hello' }, 'CLI_ARGUMENTS_INVALID'],
  [{ uri: './none' }, 'CLI_ARGUMENTS_INVALID'],
  [{ uri: 'acme/none' }, 'CLI_MODULE_UNKNOWN'],
  [{ image: 'acme/none' }, 'CLI_MODULE_UNKNOWN'],
  [{ image: 'localhost:1/acme/none' }, 'OCI_REGISTRY_UNREACHABLE'],
])('%j is refused with %s', async (location, code) => {
  const key = 'uri' in location ? 'uri' : 'image';
  const problem = expect.stringContaining(` It is named in \`[[buildpacks]] ${key}\` of ${root}/builder.toml.`);
  await expect(open(location)).rejects.toMatchObject({ code, problem });
});

test('a slip in the id of a buildpack of ours is told with the ids that there are', async () => {
  await expect(open({ uri: 'dema/nodjs' })).rejects.toMatchObject({
    code: 'CLI_MODULE_UNKNOWN',
    problem: expect.stringMatching(/^There is no buildpack "dema\/nodjs", .*; those of Dema are dema\/nodejs@/),
  });
});

test('an extension is none of ours', async () => {
  await expect(openLocations([{ uri: 'acme/None' }], 'extension', place)).rejects.toMatchObject({
    code: 'CLI_MODULE_UNKNOWN',
    problem: `There is no extension "acme/None", neither in ${root} nor in the image store. It is named in \`[[extensions]] uri\` of ${root}/builder.toml.`,
  });
});
