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
  place = { workplace: await openWorkplace(env), env, folder: root, architecture: 'amd64' };
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
  [{ uri: './none' }, 'CLI_BUILDPACK_INCOMPLETE'],
  [{ uri: 'acme/none' }, 'CLI_IMAGE_MISSING'],
  [{ image: 'acme/none' }, 'CLI_IMAGE_MISSING'],
])('%j is refused with %s', async (location, code) => {
  await expect(open(location)).rejects.toMatchObject({ code });
});
