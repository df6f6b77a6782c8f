import { expect, test } from 'vitest';
import { escapeId } from './escape-id.ts';

test('every slash becomes an underscore', () => {
  expect(escapeId('dema/nodejs')).toBe('dema_nodejs');
  expect(escapeId('a/b/c')).toBe('a_b_c');
});
