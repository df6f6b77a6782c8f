import { expect, test } from 'vitest';
import { type PackageLock, parsePackageLock, renderPackageLock } from './package-lock.ts';

const lock: PackageLock = {
  distribution: 'trixie',
  date: '2026-11-24T02:12:15.000Z',
  architectures: {
    amd64: [
      {
        name: 'libstdc++6',
        version: '1:14.2.0-19~deb13u1',
        architecture: 'amd64',
        filename: 'pool/main/g/gcc-14/libstdc++6_14.2.0-19~deb13u1_amd64.deb',
        size: 5,
        sha256: 'ab'.repeat(32),
      },
    ],
    arm64: [],
  },
};

test('a lock reads back as it was written', () => {
  expect(parsePackageLock(renderPackageLock(lock), 'x.lock.json')).toEqual(lock);
});

test('a lock says what it was resolved for', () => {
  const made = { ...lock, wanted: { packages: ['libstdc++6'], exclude: ['gcc-14-base'] } };
  expect(parsePackageLock(renderPackageLock(made), 'x.lock.json')).toEqual(made);
});

test('one package is one line', () => {
  expect(
    renderPackageLock(lock)
      .split('\n')
      .filter((line) => line.includes('libstdc++6')),
  ).toHaveLength(1);
});

test.each([
  ['what is no JSON', (text: string) => text.slice(1)],
  ['a list', () => '[]'],
  ['another distribution', (text: string) => text.replace('trixie', 'sid')],
  ['no date', (text: string) => text.replace('"date"', '"day"')],
  ['a missing architecture', (text: string) => text.replace('"arm64": [', '"riscv64": [')],
  ['a path that leaves the archive', (text: string) => text.replace('pool/main/', 'pool/../../')],
  ['an absolute path', (text: string) => text.replace('pool/main', '/pool/main')],
  ['a checksum that is none', (text: string) => text.replace('abab', 'zz')],
  [
    'a wanted package without a name',
    (text: string) => text.replace('"architectures"', '"wanted":{"packages":[1],"exclude":[]},"architectures"'),
  ],
  ['a size that is none', (text: string) => text.replace('"size":5', '"size":"5"')],
])('%s is refused', (_, change) => {
  const text = change(renderPackageLock(lock));
  expect(() => parsePackageLock(text, 'x.lock.json')).toThrow(/DEBIAN_LOCK_INVALID: x\.lock\.json/);
});

test('what is no JSON is told in words, with advice other than the command that came upon it', () => {
  const parse = () => parsePackageLock('{', 'x.lock.json');
  expect(parse).toThrow(/x\.lock\.json is not a lock file of Debian packages: it is no JSON: Expected property name/);
  expect(parse).toThrow(expect.objectContaining({ fix: expect.stringContaining('or delete it') }));
});
