import { expect, test } from 'vitest';
import { resolveClosure } from './closure.ts';
import type { DebianPackage } from './debian-package.ts';
import { createPackageIndex, type PackageIndex } from './package-index.ts';

type Sketch = [name: string, version?: string, fields?: Partial<DebianPackage>];

function indexOf(...sketches: Sketch[]): PackageIndex {
  const packages = sketches.map(([name, version = '1', fields]) => ({
    name,
    version,
    architecture: 'amd64',
    filename: `pool/main/${name}_${version}_amd64.deb`,
    size: 1,
    sha256: '0'.repeat(64),
    source: '',
    priority: 'optional',
    preDepends: '',
    depends: '',
    provides: '',
    ...fields,
  }));
  return createPackageIndex('amd64', new Date(0), packages);
}

function namesOf(index: PackageIndex, names: string[], exclude?: string[]): string[] {
  return resolveClosure(index, names, { exclude }).map((pkg) => pkg.name);
}

test('what is needed by Depends and Pre-Depends comes along, each once, by name', () => {
  const index = indexOf(
    ['app', '1', { depends: 'lib (>= 1), data' }],
    ['lib', '1', { preDepends: 'libc:any' }],
    ['libc', '2', { depends: 'lib' }],
    ['data'],
    ['other'],
  );
  expect(namesOf(index, ['app'])).toEqual(['app', 'data', 'lib', 'libc']);
});

test('the newest version of all suites is taken, by the order of Debian', () => {
  const index = indexOf(['tool', '1.10-1'], ['tool', '1.9-1'], ['tool', '1.10-1+deb13u1'], ['tool', '1.10~rc1']);
  expect(resolveClosure(index, ['tool'])[0]?.version).toBe('1.10-1+deb13u1');
});

test('of alternatives the first that there is wins, unless another is there already', () => {
  const index = indexOf(['app', '1', { depends: 'absent | first | second' }], ['first'], ['second']);
  expect(namesOf(index, ['app'])).toEqual(['app', 'first']);
  expect(namesOf(index, ['app', 'second'])).toEqual(['app', 'second']);
});

test('an alternative of too old a version is passed over', () => {
  const index = indexOf(['app', '1', { depends: 'first (>= 2) | second' }], ['first', '1'], ['second']);
  expect(namesOf(index, ['app'])).toEqual(['app', 'second']);
});

test('a virtual package is provided by priority, then by name', () => {
  const index = indexOf(
    ['app', '1', { depends: 'awk' }],
    ['gawk', '1', { provides: 'awk' }],
    ['mawk', '1', { provides: 'awk', priority: 'required' }],
    ['original-awk', '1', { provides: 'awk' }],
  );
  expect(namesOf(index, ['app'])).toEqual(['app', 'mawk']);
  expect(namesOf(index, ['app', 'gawk'])).toEqual(['app', 'gawk']);
});

test('only a versioned provision satisfies a versioned relation', () => {
  const index = indexOf(
    ['app', '1', { depends: 'api (>= 2)' }],
    ['a', '1', { provides: 'api' }],
    ['b', '1', { provides: 'api (= 1)' }],
    ['c', '1', { provides: 'api (= 3)' }],
  );
  expect(namesOf(index, ['app'])).toEqual(['app', 'c']);
});

test('what is excluded counts as there, with all that it would need', () => {
  const index = indexOf(
    ['git', '1', { depends: 'perl, libc' }],
    ['perl', '1', { depends: 'perl-modules' }],
    ['perl-modules'],
    ['libc'],
  );
  expect(namesOf(index, ['git'], ['perl'])).toEqual(['git', 'libc']);
});

test('the order in which packages are named changes nothing', () => {
  const index = indexOf(['a', '1', { depends: 'x | y' }], ['b', '1', { depends: 'y | x' }], ['x'], ['y']);
  expect(namesOf(index, ['a', 'b'])).toEqual(namesOf(index, ['b', 'a']));
});

test('a name that there is not, and a need that cannot be met, are faults that name it', () => {
  const index = indexOf(['app', '1', { depends: 'lib (>= 2) | none' }], ['lib', '1']);
  expect(() => resolveClosure(index, ['nothing'])).toThrow(/DEBIAN_PACKAGE_UNKNOWN.*"nothing" for amd64/);
  expect(() => resolveClosure(index, ['app'])).toThrow(
    /DEBIAN_DEPENDENCY_UNSATISFIED.*app 1 needs "lib \(>= 2\) \| none"/,
  );
});
