import { fault } from '@dema/errors';
import type { NpmConfig } from '@dema/fetch';
import { expect, test } from 'vitest';
import type { Architecture, Dependency } from './dependency.ts';
import { findNpmRelease } from './find-npm-release.ts';

function node(version: string, architecture: Architecture, npm: string): Dependency {
  const checksum = `sha256:${'a'.repeat(64)}` as const;
  return {
    id: 'node',
    name: 'Node.js',
    version,
    architecture,
    sources: [{ uri: `pkg:npm/node-${architecture}@${version}`, checksum }],
    endOfLife: `20${version.slice(0, 2)}-01-01`,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    purl: `pkg:generic/node@${version}`,
    bundles: { npm },
  };
}

const INVENTORY = [
  node('24.9.0', 'amd64', '11.1.0'),
  node('22.5.0', 'amd64', '10.9.0'),
  node('22.4.0', 'amd64', '10.8.0'),
  node('22.5.0', 'arm64', '10.9.0'),
];
const integrity = `sha512-${Buffer.alloc(64, 1).toString('base64')}`;
const asked: string[] = [];
const npm = { registry: 'https://registry.example/', headersFor: () => ({}) } as unknown as NpmConfig;

function find(version: string, readJson = async (): Promise<unknown> => packument()) {
  const endOfLife = { 30: '2040-01-01' };
  const fetcher = {
    readJson(url: string) {
      asked.push(url);
      return readJson();
    },
  };
  return findNpmRelease(INVENTORY, 'node', version, { architecture: 'amd64', fetcher, npm, endOfLife });
}

function packument() {
  const versions = ['22.3.0', '21.0.0', '30.0.0'].map((version) => [version, { dist: { integrity } }]);
  return { versions: { ...Object.fromEntries(versions), '22.0.0': { dist: {} } } };
}

test('is pinned by the integrity value, and described like its neighbour', async () => {
  expect(await find('22.3.0')).toEqual({
    ...node('22.3.0', 'amd64', '10.9.0'),
    sources: [{ uri: 'pkg:npm/node-amd64@22.3.0', checksum: `sha512:${Buffer.alloc(64, 1).toString('hex')}` }],
  });
  expect(asked).toEqual(['https://registry.example/node-amd64']);
});

test('of a line that the inventory lacks the end of life is known only where it is told apart', async () => {
  expect(await find('21.0.0')).toMatchObject({ version: '21.0.0', endOfLife: undefined, bundles: { npm: '10.8.0' } });
  expect(await find('30.0.0')).toMatchObject({ endOfLife: '2040-01-01', bundles: { npm: '11.1.0' } });
});

test('what the registry does not have, or not with a checksum, is none', async () => {
  expect(await find('22.2.0')).toBeUndefined();
  expect(await find('22.0.0')).toBeUndefined();
  expect(await find('22.3.0', async () => ({}))).toBeUndefined();
});

test('a registry that does not answer is a fault', async () => {
  const offline = () => Promise.reject(fault('FETCH_OFFLINE', { problem: 'p', fix: 'f', blame: 'platform' }));
  await expect(find('22.3.0', offline)).rejects.toThrow('FETCH_OFFLINE');
});
