import { expect, test } from 'vitest';
import { createRetries, parseRetryAfter } from './retries.ts';

test('there are as many tries as were allowed, for all who share them', async () => {
  const retries = createRetries({ retries: 2, delayMs: 1 });
  expect([await retries.wait(), await retries.wait(0), await retries.wait()]).toEqual([true, true, false]);
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2030-01-01T00:00:00Z');
  expect(parseRetryAfter('7', now)).toBe(7000);
  expect(parseRetryAfter('Tue, 01 Jan 2030 00:00:05 GMT', now)).toBe(5000);
  expect(parseRetryAfter('Mon, 31 Dec 2029 00:00:00 GMT', now)).toBe(0);
  expect(parseRetryAfter('soon', now)).toBeUndefined();
  expect(parseRetryAfter(undefined, now)).toBeUndefined();
});
