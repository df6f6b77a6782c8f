import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Files, writeFiles } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { npmPackageUrl, readNpmPackages } from './index.ts';

let app = '';

beforeEach(async () => {
  app = await mkdtemp(join(tmpdir(), 'dema-sbom-'));
});

afterEach(() => rm(app, { recursive: true, force: true }));

const SHA512 = `sha512-${Buffer.alloc(64, 1).toString('base64')}`;
const SHA1 = `sha1-${Buffer.alloc(20, 2).toString('base64')}`;

function lockFile(packages: Record<string, unknown>): string {
  return JSON.stringify({ lockfileVersion: 3, packages });
}

async function read(files: Files) {
  await writeFiles(app, files);
  return readNpmPackages(app);
}

test('lists what is in node_modules, with its licence and hash', async () => {
  const packages = await read({
    'package-lock.json': lockFile({
      '': { name: 'app' },
      'node_modules/@scope/a': {
        version: '1.0.0',
        integrity: `${SHA1} ${SHA512}`,
        resolved: 'https://registry.example/a',
      },
      'node_modules/@scope/a/node_modules/b': { version: '2.0.0+x', integrity: SHA1 },
      'node_modules/alias': { version: '3.0.0' },
      'node_modules/dev': { version: '4.0.0', dev: true },
    }),
    'node_modules/@scope/a/package.json': '{"name":"@scope/a","version":"1.0.0","license":"MIT"}',
    'node_modules/@scope/a/node_modules/b/package.json':
      '{"name":"b","version":"2.0.0+x","licenses":[{"type":"ISC"},{"type":"MIT"}]}',
    'node_modules/alias/package.json': '\ufeff{"name":"real","version":"3.0.0","license":{"type":"BSD-3-Clause"}}',
  });
  expect(packages.map(({ name, version, purl, licenses, hashes }) => [name, version, purl, licenses, hashes])).toEqual([
    ['@scope/a', '1.0.0', 'pkg:npm/%40scope/a@1.0.0', ['MIT'], [`sha512:${'01'.repeat(64)}`]],
    ['b', '2.0.0+x', 'pkg:npm/b@2.0.0%2Bx', ['ISC', 'MIT'], [`sha1:${'02'.repeat(20)}`]],
    ['real', '3.0.0', 'pkg:npm/real@3.0.0', ['BSD-3-Clause'], []],
  ]);
});

test('a development package that is there is listed', async () => {
  const packages = await read({
    'package-lock.json': lockFile({ 'node_modules/dev': { version: '4.0.0', dev: true } }),
    'node_modules/dev/package.json': '{"version":"4.0.1"}',
  });
  expect(packages).toMatchObject([{ name: 'dev', version: '4.0.1', licenses: [] }]);
});

test('what npm says it installed counts more than the lock file', async () => {
  const packages = await read({
    'package-lock.json': lockFile({ 'node_modules/a': {} }),
    'node_modules/.package-lock.json': lockFile({ 'node_modules/b': {} }),
    'node_modules/a/package.json': '{"version":"1.0.0"}',
    'node_modules/b/package.json': '{"version":"1.0.0"}',
  });
  expect(packages.map(({ name }) => name)).toEqual(['b']);
});

test('packages of the app itself have no package URL', async () => {
  const packages = await read({
    'package-lock.json': lockFile({
      'node_modules/own': { resolved: 'packages/own', link: true },
      'packages/own': { version: '0.0.0' },
      '../outside': { version: '0.0.0' },
    }),
    'packages/own/package.json': '{"name":"own","version":"0.0.0"}',
  });
  expect(packages).toMatchObject([{ name: 'own', purl: undefined, hashes: [] }]);
});

test('files that cannot be read say nothing', async () => {
  expect(await read({ 'package-lock.json': '{' })).toEqual([]);
  expect(await read({ 'package-lock.json': lockFile({ 'node_modules/a': 1, 'node_modules/b': {} }) })).toEqual([]);
  expect(await read({ 'node_modules/b/package.json': '[]' })).toEqual([]);
});

test('package URLs encode what has a meaning in them', () => {
  expect(npmPackageUrl('@a/b', '1.0.0-rc.1+x')).toBe('pkg:npm/%40a/b@1.0.0-rc.1%2Bx');
});

test('a name with half of a character still has an address', () => {
  expect(npmPackageUrl('a\ud800', '1')).toBe('pkg:npm/a%EF%BF%BD@1');
});
