import { expect, test } from 'vitest';
import type { Architecture, Dependency } from './dependency.ts';
import { resolveLocked } from './resolve-locked.ts';

function node(version: string, architecture?: Architecture): Dependency {
  return { id: 'node', name: 'Node.js', version, architecture, sources: [], purl: `pkg:generic/node@${version}` };
}

const AMD64 = { architecture: 'amd64', defaultRange: '26.x' } as const;
const LOCKED = [node('26.1.0', 'amd64'), node('26.2.0', 'arm64'), node('24.3.0', 'amd64')];

test('a locked version counts as long as it satisfies what is asked for', () => {
  expect(resolveLocked(LOCKED, 'node', [{ source: '.nvmrc', range: '24' }], AMD64)).toMatchObject({
    dependency: { version: '24.3.0' },
    reason: '24.3.0, by dema.lock.json, for "24" from .nvmrc',
  });
  expect(resolveLocked(LOCKED, 'node', [], { architecture: 'arm64' })?.dependency.version).toBe('26.2.0');
});

test('without a want it counts whatever the default is by now', () => {
  const options = { architecture: 'amd64', defaultRange: '28.x' } as const;
  expect(resolveLocked(LOCKED, 'node', [], options)).toMatchObject({
    dependency: { version: '26.1.0' },
    reason: '26.1.0, by dema.lock.json',
  });
});

test('what it does not satisfy, or does not know, is resolved elsewhere', () => {
  expect(resolveLocked(LOCKED, 'node', [{ source: '.nvmrc', range: '22' }], AMD64)).toBeUndefined();
  expect(resolveLocked(LOCKED, 'npm', [], AMD64)).toBeUndefined();
  expect(resolveLocked(LOCKED, 'node', [{ source: '.nvmrc', range: 'no range' }], AMD64)).toBeUndefined();
});
