import { expect, test } from 'vitest';
import { determineCreationTime } from './creation-time.ts';

test.each([
  [undefined, {}, undefined],
  [undefined, { SOURCE_DATE_EPOCH: '0' }, '1970-01-01T00:00:00Z'],
  ['1700000000', { SOURCE_DATE_EPOCH: '0' }, '2023-11-14T22:13:20Z'],
  ['2026-01-31T12:00:00+02:00', {}, '2026-01-31T10:00:00Z'],
])('%s with %o is %s', (option, env, time) => {
  expect(determineCreationTime(option, env)).toBe(time);
});

test('now is a time of this century, to the second', () => {
  expect(determineCreationTime('now', {})).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test('says which of the two is no time', () => {
  expect(() => determineCreationTime('noon', {})).toThrow('--creation-time is "noon"');
  expect(() => determineCreationTime(undefined, { SOURCE_DATE_EPOCH: 'x' })).toThrow('SOURCE_DATE_EPOCH is "x"');
});
