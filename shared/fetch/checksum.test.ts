import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { isChecksum, parseIntegrity } from './checksum.ts';

const sha512 = createHash('sha512').update('text');
const base64 = sha512.copy().digest('base64');
const hex = sha512.copy().digest('hex');

test("npm's integrity is a checksum in another spelling", () => {
  expect(parseIntegrity(`sha512-${base64}`)).toBe(`sha512:${hex}`);
});

test('of several the strongest is taken', () => {
  const sha1 = createHash('sha1').update('text').digest('base64');
  expect(parseIntegrity(` sha1-${sha1}  sha512-${base64}?option `)).toBe(`sha512:${hex}`);
});

test.each(['', 'sha512-short', `md5-${base64}`, base64])('%s is none', (text) => {
  expect(() => parseIntegrity(text)).toThrow('not a checksum');
});

test('a checksum has its algorithm and just as many digits as that makes', () => {
  expect(isChecksum(`sha512:${hex}`)).toBe(true);
  for (const text of [`sha256:${hex}`, `sha512:${hex.toUpperCase()}`, `sha512:${hex}:`, hex, 7]) {
    expect(isChecksum(text)).toBe(false);
  }
});
