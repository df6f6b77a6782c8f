import { expect, test } from 'vitest';
import { resolveClosure } from './closure.ts';
import { createPackageIndex, parsePackages } from './package-index.ts';
import { parseRelations } from './relations.ts';

const FILE = `Filename: pool/a.deb\nSize: 1\nSHA256: ${'a'.repeat(64)}\n`;

test('a package without a name or with a version that is none is left out', () => {
  const paragraphs = [
    'Package: a\nVersion: 1\n',
    'Package: a\n',
    'Package: a\nVersion: new\n',
    'Version: 2\n',
    'Package: b\nVersion: 1\nDepends: a (>= none), a (<< )\n',
  ];
  const packages = parsePackages(paragraphs.map((text) => `${text}${FILE}`).join('\n'));
  const index = createPackageIndex('amd64', new Date(0), packages);
  expect(index.find('a').map(({ version }) => version)).toEqual(['1']);
  expect(() => resolveClosure(index, ['b'])).toThrow('DEBIAN_DEPENDENCY_UNSATISFIED');
});

test('what is no relation is left out', () => {
  expect(parseRelations('a (>= ~), b (>= 1), c (')).toEqual([
    [],
    [{ name: 'b', constraint: { operator: '>=', version: '1' } }],
    [],
  ]);
});
