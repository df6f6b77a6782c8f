import { expect, test } from 'vitest';
import { semverOrder } from './semver-order.ts';

const versions = ['20.20.2', '22.23.1', '22.23.2', '24.18.1', '24.21.0', '26.0.0-rc.1', '26.5.1', 'nightly'];

test.each([
  ['*', '26.5.1'],
  ['', '26.5.1'],
  ['24', '24.21.0'],
  ['v24', '24.21.0'],
  ['24.x', '24.21.0'],
  ['24.*.*', '24.21.0'],
  ['^24.1', '24.21.0'],
  ['~24.18.0', '24.18.1'],
  ['~>24.18.0', '24.18.1'],
  ['=24.18.1', '24.18.1'],
  ['>=8.0 <23', '22.23.2'],
  ['>=8.0, <23', '22.23.2'],
  ['>= 20.0.0 < 21', '20.20.2'],
  ['20 - 22', '22.23.2'],
  ['18.x || 22.x', '22.23.2'],
  ['^20 || >=22.0 <22.23.2', '22.23.1'],
  ['>=26.0.0-rc.1 <26.0.0', '26.0.0-rc.1'],
  ['>=25 <26.1', undefined],
  ['18', undefined],
  ['lts/*', undefined],
])('the highest version of "%s" is %s', (range, expected) => {
  expect(semverOrder.highest(versions, range)).toBe(expected);
});

test('without a range the highest release wins, wherever it stands in the list', () => {
  expect(semverOrder.highest(['1.0.0', '3.0.0-rc.1', '2.0.0', '1.5.0'])).toBe('2.0.0');
  expect(semverOrder.highest([])).toBeUndefined();
});

test.each([
  ['1.2.3', true],
  ['v1.2.3', true],
  ['1.2.3-rc.1+build', true],
  ['1.2', false],
  ['latest', false],
  ['', false],
])('isVersion("%s") is %s', (text, expected) => {
  expect(semverOrder.isVersion(text)).toBe(expected);
});

test.each([
  ['^1', true],
  ['>=1 <3 || 5', true],
  ['1.2.3', true],
  ['*', true],
  ['lts/*', false],
  ['latest', false],
  ['>=1 <', false],
  ['node', false],
])('isRange("%s") is %s', (text, expected) => {
  expect(semverOrder.isRange(text)).toBe(expected);
});

test('compares by precedence, prereleases before their release', () => {
  const sorted = ['1.0.0', '1.0.0-alpha', '1.10.0', '1.9.0', '1.0.0-alpha.1'].sort(semverOrder.compare);
  expect(sorted).toEqual(['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0', '1.9.0', '1.10.0']);
  expect(semverOrder.compare('1.0.0+a', '1.0.0+b')).toBe(0);
  expect(() => semverOrder.compare('1.0', '1.0.0')).toThrow();
});
