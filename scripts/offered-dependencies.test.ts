import { expect, test } from 'vitest';
import { describeOffered, type OfferedDependency } from './offered-dependencies.ts';

function offered(
  architecture: 'amd64' | 'arm64' | undefined,
  more: Partial<OfferedDependency> = {},
): OfferedDependency {
  const sources = [{ uri: 'pkg:npm/node@26.1.0', checksum: `sha256:${'a'.repeat(64)}` as const }];
  const node = { buildpack: 'dema/nodejs', id: 'node', name: 'Node.js', version: '26.1.0', architecture };
  return { ...node, sources, purl: 'pkg:generic/node@26.1.0', ...more };
}

test('a version is one line for all architectures, with its end of life and what nobody has verified', () => {
  const endOfLife = '2029-04-30';
  const lines = describeOffered(
    [
      offered('amd64', { endOfLife }),
      offered('arm64', { endOfLife }),
      offered(undefined, {
        version: '1.0.0',
        endOfLife: '2020-01-01',
        sources: [{ uri: 'https://upstream.example/x.tgz', checksum: `sha256:${'a'.repeat(64)}`, verified: false }],
      }),
    ],
    new Date('2026-11-26'),
  );
  expect(lines.map((line) => line.split(/ {2,}| (?=until|ended|not)/))).toEqual([
    ['dema/nodejs', 'Node.js', '26.1.0', 'amd64, arm64', 'npm', 'until 2029-04-30'],
    ['dema/nodejs', 'Node.js', '1.0.0', 'all', 'upstream', 'ended 2020-01-01', 'not verified'],
  ]);
});
