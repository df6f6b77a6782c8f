import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findDebianMirror } from '@dema/debian';
import { createFetcher, readNpmConfig } from '@dema/fetch';
import { openStore } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FlakyServer, startFlakyServer } from './flaky-server.ts';
import { type FaultPlace, forgetBaseImages, makeFaultPlace, removeRuntimes } from './place.ts';
import { digestOf } from './run-program.ts';

const APP = join(import.meta.dirname, '../apps/nodejs/express');
const PACKAGES = 25;

let place: FaultPlace;
let server: FlakyServer;
let close: () => Promise<void>;

beforeAll(async () => {
  place = await makeFaultPlace();
  const mirror = await findDebianMirror(process.env);
  const npm = await readNpmConfig(process.env);
  const fetcher = createFetcher({
    store: await openStore(join(place.folder, 'fetched')),
    env: process.env,
    proxy: mirror.proxy,
  });
  server = await startFlakyServer({
    fetcher,
    upstream: {
      npm: { address: npm.registry, headersFor: npm.headersFor },
      debian: { address: mirror.archive, headersFor: mirror.headersFor },
      security: { address: mirror.security, headersFor: mirror.headersFor },
    },
  });
  close = async () => {
    await server.close();
    await fetcher.close();
  };
});

afterAll(async () => {
  await close();
  await place.remove();
});

test('a build passes when every fifth request fails', async () => {
  await forgetBaseImages(place.cache, PACKAGES);
  await removeRuntimes(place.cache);
  const npmrc = join(place.folder, 'npmrc');
  await writeFile(
    npmrc,
    `registry=${server.url}/npm/\nfetch-retries=5\nfetch-retry-mintimeout=200\nfetch-retry-maxtimeout=1000\n`,
  );
  const env = {
    NPM_CONFIG_USERCONFIG: npmrc,
    DEMA_DEBIAN_MIRROR: `${server.url}/debian`,
    DEMA_DEBIAN_SECURITY_MIRROR: `${server.url}/security`,
    NO_PROXY: '127.0.0.1',
  };
  const ended = await place.build([APP, '--tag', 'express'], env);
  expect(ended.code, ended.stderr).toBe(0);
  const kinds = new Set(server.failures.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(['reset', 'server error', 'stalled', 'truncated']);
  const places = new Set(server.failures.map(({ path }) => path.split('/')[1]));
  expect([...places]).toEqual(expect.arrayContaining(['npm', 'debian']));
  const other = await makeFaultPlace();
  expect(digestOf(await other.build([APP, '--tag', 'express']))).toBe(digestOf(ended));
  await other.remove();
});
