import { expect, test } from 'vitest';
import { describeDependency } from './index.ts';

test('a dependency has the hash of its first source', () => {
  const component = describeDependency({
    id: 'tool',
    name: 'Tool',
    version: '1.0.0',
    purl: 'pkg:generic/tool@1.0.0',
    cpe: 'cpe:2.3:a:tool:tool:1.0.0:*:*:*:*:*:*:*',
    sources: [
      { uri: 'https://upstream.example/tool.tgz', checksum: `sha256:${'a'.repeat(64)}` },
      { uri: 'pkg:npm/tool@1.0.0', checksum: `sha512:${'b'.repeat(128)}` },
    ],
  });
  expect(component).toEqual({
    type: 'application',
    name: 'Tool',
    version: '1.0.0',
    purl: 'pkg:generic/tool@1.0.0',
    licenses: [],
    cpes: ['cpe:2.3:a:tool:tool:1.0.0:*:*:*:*:*:*:*'],
    hashes: [`sha256:${'a'.repeat(64)}`],
  });
});
