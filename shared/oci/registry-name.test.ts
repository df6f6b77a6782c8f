import { expect, test } from 'vitest';
import { hasRegistry } from './registry-name.ts';

test.each([
  ['localhost:5000/run', true],
  ['registry.example/a/b:1', true],
  [`registry.example/a@sha256:${'a'.repeat(64)}`, true],
  ['dema/run-base:trixie', false],
  ['run', false],
  ['no name!', false],
])('%s begins with a registry: %j', (text, isSo) => {
  expect(hasRegistry(text)).toBe(isSo);
});
