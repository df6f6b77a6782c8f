import { expect, test } from 'vitest';
import { comparePaths, decodePath, encodePath, systemPath } from './path-bytes.ts';

test.each(['plain', 'grüße', '日本', '😀', '\u{10ffff}', ''])('%j is text and the same bytes again', (name) => {
  expect(decodePath(Buffer.from(name))).toBe(name);
  expect(encodePath(name).equals(Buffer.from(name))).toBe(true);
  expect(systemPath(name)).toBe(name);
});

test.each(['ff', '61ff62', 'c3', 'e9636166e9', 'eda080', 'f0908d', 'c3bcff c3bc'.replace(' ', '')])(
  'bytes %s that are not UTF-8 survive',
  (hex) => {
    const name = decodePath(Buffer.from(hex, 'hex'));
    expect(encodePath(name).toString('hex')).toBe(hex);
    expect(systemPath(name)).toBeInstanceOf(Buffer);
  },
);

test('names are ordered by their bytes, not by UTF-16', () => {
  const names = ['\u{10000}', '\uffee', 'b', 'B', 'a-b', 'a', 'a/b', 'ä', '\udcff'];
  const byBytes = [...names].sort((left, right) => Buffer.compare(encodePath(left), encodePath(right)));
  expect([...names].sort(comparePaths)).toEqual(byBytes);
  expect(byBytes).not.toEqual([...names].sort());
});
