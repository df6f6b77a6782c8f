import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { determineNpmAddresses, npmPatience, readNpmConfig } from './index.ts';
import type { NpmConfig } from './npm-config.ts';

const MIRROR = 'https://mirror.example/npm/';
const OTHER = 'https://other.example/';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'npm-addresses-'));
  return () => rm(folder, { recursive: true });
});

function npmWith(settings: Record<string, string>): Promise<NpmConfig> {
  const variables = Object.entries(settings).map(([name, value]) => [`npm_config_${name.replaceAll('-', '_')}`, value]);
  return readNpmConfig({ HOME: folder, PATH: process.env.PATH, ...Object.fromEntries(variables) });
}

test('without a lock file npm asks the registry', async () => {
  expect(await determineNpmAddresses(await npmWith({ registry: MIRROR }), undefined)).toEqual([MIRROR]);
});

test('with one it asks where that says, but a registry of the configuration instead of its own', async () => {
  const npm = await npmWith({ registry: MIRROR });
  const own = (await npm.findDefaultRegistry()) ?? '';
  expect(await determineNpmAddresses(npm, [`${own}a/-/a-1.0.0.tgz`, own, `${OTHER}b.tgz`])).toEqual([MIRROR, OTHER]);
});

test.each([
  ['never', [OTHER]],
  ['always', [MIRROR]],
  ['other.example', [MIRROR]],
  [OTHER, [MIRROR]],
  ['third.example', [OTHER]],
])('replace-registry-host=%s says what else is replaced', async (host, expected) => {
  const npm = await npmWith({ registry: MIRROR, 'replace-registry-host': host });
  expect(await determineNpmAddresses(npm, [`${OTHER}b.tgz`])).toEqual(expected);
});

test('packages of git and of files are asked of nobody', async () => {
  const npm = await npmWith({ registry: MIRROR });
  expect(await determineNpmAddresses(npm, ['git+ssh://git@host.example/a.git', 'file:a.tgz', ''])).toEqual([]);
});

test('a registry that nobody knows cannot be asked', async () => {
  const npm = await readNpmConfig({ HOME: folder, PATH: '' });
  expect(await determineNpmAddresses(npm, undefined)).toEqual([]);
});

test('npm is made to try more often, unless somebody has decided about that', async () => {
  const patience = { npm_config_fetch_retries: '5', RES_OPTIONS: 'timeout:1 attempts:2' };
  expect(npmPatience(await npmWith({}), {})).toMatchObject(patience);
  expect(npmPatience(await npmWith({ 'fetch-retry-mintimeout': '100' }), { RES_OPTIONS: 'timeout:9' })).toEqual({});
});
