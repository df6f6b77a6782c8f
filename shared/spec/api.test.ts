import { expect, test } from 'vitest';
import { apiAtLeast, BUILDPACK_API, PLATFORM_API, supportsApi } from './api.ts';

test.each([
  ['buildpack', '0.7', true],
  ['buildpack', '0.10', true],
  ['buildpack', '0.12', true],
  ['buildpack', '0.6', false],
  ['buildpack', '0.13', false],
  ['buildpack', '0.1', false],
  ['buildpack', '1', false],
  ['buildpack', '0.10.0', false],
  ['buildpack', 'latest', false],
  ['platform', '0.15', true],
  ['platform', '0.16', false],
] as const)('supportsApi(%s, %s) is %s', (kind, version, expected) => {
  expect(supportsApi(kind, version)).toBe(expected);
});

test('supports what is declared here', () => {
  expect(supportsApi('buildpack', BUILDPACK_API)).toBe(true);
  expect(supportsApi('platform', PLATFORM_API)).toBe(true);
});

test.each([
  ['0.10', '0.9', true],
  ['0.9', '0.9', true],
  ['0.8', '0.9', false],
  ['0.9', '0.10', false],
  ['1', '1.0', true],
  ['1.0', '0.12', true],
])('apiAtLeast(%s, %s) is %s', (version, minimum, expected) => {
  expect(apiAtLeast(version, minimum)).toBe(expected);
});

test('a text that is no version is a mistake of the caller', () => {
  expect(() => apiAtLeast('x', '0.9')).toThrow('not an API version: "x"');
  expect(() => apiAtLeast('0.9', 'y')).toThrow('not an API version: "y"');
});
