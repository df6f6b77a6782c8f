import { expect, test } from 'vitest';
import { debianOrder } from './debian-order.ts';

test.each([
  ['1.0', '1.1'],
  ['1.9', '1.10'],
  ['1.0', '1:0.1'],
  ['9:1', '10:1'],
  ['1.0~rc1', '1.0'],
  ['1.0~~', '1.0~~a'],
  ['1.0~~a', '1.0~'],
  ['1.0~', '1.0'],
  ['1.0', '1.0a'],
  ['1.0a', '1.0+b1'],
  ['1.0a', '1.0.1'],
  ['1.0Z', '1.0a'],
  ['1.0+b1', '1.0.b1'],
  ['1.0', '1.0-1'],
  ['1.0-1', '1.0-1+b1'],
  ['1.0-1~bpo12+1', '1.0-1'],
  ['1.0-1+deb13u1', '1.0-1+deb13u2'],
  ['1.0-1+deb13u9', '1.0-1+deb13u10'],
  ['3.5.1-1+deb13u1', '3.5.4-1~deb13u1'],
  ['1.0-2', '1.0-1-1'],
  ['2.36-9', '2.36-9+deb12u4'],
  ['20240101120000123456788', '20240101120000123456789'],
  ['0-9', '1'],
  ['1.2.3-a', '1.2.3-b'],
  ['1:2:3-1', '1:2:4-1'],
])('%s is older than %s', (older, newer) => {
  expect(debianOrder.compare(older, newer)).toBeLessThan(0);
  expect(debianOrder.compare(newer, older)).toBeGreaterThan(0);
});

test.each([
  ['1.0', '1.0'],
  ['1.0', '0:1.0'],
  ['1.0', '1.0-0'],
  ['1.0', '1.0-00'],
  ['1.01', '1.1'],
  ['1.0', '1.00'],
  ['1.a', '1.a0'],
  ['00:1.0', '0:1.0'],
])('%s is as old as %s', (a, b) => {
  expect(debianOrder.compare(a, b)).toBe(0);
});

test.each([
  ['1.26.3-3+deb13u1', true],
  ['1:2.3-4', true],
  ['1:2:3-4', true],
  ['1.0-1-2', true],
  ['', false],
  ['a1', false],
  ['1.0-', false],
  [':1.0', false],
  ['1:', false],
  ['a:1.0', false],
  ['-1:1.0', false],
  ['2147483648:1.0', false],
  ['1.0 1', false],
  ['1.0_1', false],
  ['1.0-1_2', false],
  ['1:0-Z:b1', false],
  ['1.0\n', false],
])('isVersion("%s") is %s', (text, expected) => {
  expect(debianOrder.isVersion(text)).toBe(expected);
});

test('a text that is no version cannot be compared', () => {
  expect(() => debianOrder.compare('1.0', 'trixie')).toThrow('not a Debian version: "trixie"');
});

test.each([
  ['*', '1.26.3-3'],
  ['1.26.3-2', '1.26.3-2'],
  ['= 1.26.3-2', '1.26.3-2'],
  ['>= 1.26, << 1.26.3-3', '1.26.3-2'],
  ['<= 1.26.3-2', '1.26.3-2'],
  ['>> 1.26.3-3', undefined],
  ['<<1.26', '1.22.1-9'],
  ['~1.26', undefined],
  ['', undefined],
])('the highest version of "%s" is %s', (range, expected) => {
  expect(debianOrder.highest(['1.22.1-9', '1.26.3-3', 'bad version', '1.26.3-2'], range)).toBe(expected);
});

test.each([
  ['*', true],
  ['>= 1.0', true],
  ['>= 1.0, << 2', true],
  ['1.0-1', true],
  ['> 1.0', false],
  ['^1', false],
  ['>= 1.0,', false],
  ['', false],
])('isRange("%s") is %s', (text, expected) => {
  expect(debianOrder.isRange(text)).toBe(expected);
});

test('a range of nothing but blanks is none, however long it is', { timeout: 5000 }, () => {
  expect(debianOrder.isRange(' '.repeat(200_000))).toBe(false);
  expect(debianOrder.isRange(`1${' '.repeat(200_000)}2`)).toBe(false);
});
