import type { Dependency } from '@dema/dependencies';
import { expect, test } from 'vitest';
import { compareInventories, describeChange } from './inventory-changes.ts';

function dependency(id: string, version: string, architecture?: 'amd64' | 'arm64', digit = '0'): Dependency {
  const sources = [{ uri: `pkg:npm/${id}@${version}`, checksum: `sha256:${digit.repeat(64)}` as const }];
  return { id, name: id.toUpperCase(), version, architecture, sources, purl: `pkg:generic/${id}@${version}` };
}

test('tells what came, went and changed, each once for all architectures', () => {
  const before = [
    dependency('node', '24.1.0', 'amd64'),
    dependency('node', '24.1.0', 'arm64'),
    dependency('npm', '11.0.0'),
    dependency('old', '1.0.0'),
  ];
  const after = [
    dependency('node', '24.2.0', 'amd64'),
    dependency('node', '24.2.0', 'arm64'),
    dependency('npm', '11.0.0', undefined, '1'),
  ];
  expect(compareInventories(before, after).map(describeChange)).toEqual([
    'NODE: 24.2.0 is new; 24.1.0 is gone',
    'NPM: 11.0.0 changed',
    'OLD: 1.0.0 is gone',
  ]);
  expect(compareInventories(after, after)).toEqual([]);
});
