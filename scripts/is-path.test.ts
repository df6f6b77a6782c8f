import { expect, test } from 'vitest';
import { isPath } from './is-path.ts';

test.each([
  ['./app', true],
  ['/app', true],
  ['scripts/commands', true],
  ['registry/app', false],
  ['scripts/is-path.ts', false],
  [`a/${'b'.repeat(5000)}`, false],
  ['app', false],
])('%s is a path: %s', (text, expected) => {
  expect(isPath(text)).toBe(expected);
});
