import { expect, test } from 'vitest';
import { mavenOrder } from './index.ts';

test.each([
  ['1', '1.1'],
  ['1-snapshot', '1'],
  ['1', '1-sp'],
  ['1-foo2', '1-foo10'],
  ['1-foo', '1-1'],
  ['1-1', '1.1'],
  ['1-alpha', '1-beta'],
  ['1-beta', '1-milestone'],
  ['1-milestone', '1-rc'],
  ['1-rc', '1-snapshot'],
  ['1-sp', '1-abc'],
  ['1.0-alpha-1', '1.0'],
  ['1.0-alpha-2', '1.0-alpha-10'],
  ['2.0.0-M1', '2.0.0-RC1'],
  ['2.0.0-RC1', '2.0.0'],
  ['3.9.9', '3.9.10'],
  ['8u352', '8u362'],
  ['17.0.9', '21.0.1'],
  ['1-sp-1', '1-ga-1'],
  ['4.0.0.Beta1', '4.0.0.Final'],
  ['9.4.51.v20230217', '9.4.52.v20230823'],
  ['33.2.0-android', '33.2.0-jre'],
])('%s is older than %s', (older, newer) => {
  expect(mavenOrder.compare(older, newer)).toBeLessThan(0);
  expect(mavenOrder.compare(newer, older)).toBeGreaterThan(0);
});

test.each([
  ['1', '1.0.0'],
  ['1.ga', '1-ga'],
  ['1-ga', '1-0'],
  ['1-0', '1'],
  ['1.foo', '1-foo'],
  ['1-a1', '1-alpha-1'],
  ['1-cr2', '1-RC2'],
  ['4.0.0.Final', '4.0.0'],
  ['01', '1'],
])('%s is the same as %s', (a, b) => {
  expect(mavenOrder.compare(a, b)).toBe(0);
});

test.each([
  ['*', '2.0'],
  ['1.5', '1.5'],
  ['[1.5]', '1.5'],
  ['[1.0,2.0)', '1.5'],
  ['[1.0,2.0]', '2.0'],
  ['(1.5,)', '2.0'],
  ['(,1.5)', '1.0'],
  ['(,1.0],[1.2,1.9)', '1.5'],
  ['[3,)', undefined],
  ['1.0,2.0', undefined],
])('the highest version of "%s" is %s', (range, expected) => {
  expect(mavenOrder.highest(['1.0', '2.0', 'not a version', '1.5'], range)).toBe(expected);
});

test.each([
  ['[1,2)', true],
  ['( , 2 ]', true],
  ['*', true],
  ['1.0-rc1', true],
  ['[1,2', false],
  ['(1)', false],
  ['[1,2),', false],
  ['[1,2,3]', false],
  ['', false],
  ['^1', false],
])('isRange("%s") is %s', (text, expected) => {
  expect(mavenOrder.isRange(text)).toBe(expected);
});

test('a text that is no version cannot be compared', () => {
  expect(mavenOrder.isVersion('1.0')).toBe(true);
  expect(() => mavenOrder.compare('1.0', '')).toThrow('not a Maven version');
});
