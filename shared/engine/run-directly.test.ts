import { expect, test } from 'vitest';
import { createPathMap } from './run-directly.ts';

test('a path of the sandbox becomes the one it is mounted from, by the nearest mount', () => {
  const toHost = createPathMap([
    { source: '/made/platform', target: '/platform' },
    { source: '/made/host', target: '/platform/host' },
    { source: '/layers', target: '/layers' },
    { lower: ['/a', '/b'], target: '/merged' },
  ]);
  expect(['/platform', '/platform/env/A', '/platform/host/npmrc'].map(toHost)).toEqual([
    '/made/platform',
    '/made/platform/env/A',
    '/made/host/npmrc',
  ]);
  for (const text of ['/platforms', '/layers/x', '/merged/x', 'see /platform', '']) expect(toHost(text)).toBe(text);
});
