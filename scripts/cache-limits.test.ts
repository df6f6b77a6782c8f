import { expect, test } from 'vitest';
import { determineCacheLimits } from './cache-limits.ts';

const DAY = 86_400_000;

test.each([
  ['500', 500],
  ['5GB', 5e9],
  ['5g', 5e9],
  ['1.5 MB', 1.5e6],
  ['2GiB', 2 * 2 ** 30],
  ['0', 0],
  ['none', Number.POSITIVE_INFINITY],
])('a size of %s', (maxSize, maxBytes) => {
  expect(determineCacheLimits({ maxSize }, {}).maxBytes).toBe(maxBytes);
});

test.each([
  ['30d', 30 * DAY],
  ['12h', DAY / 2],
  ['90m', DAY / 16],
  ['2w', 14 * DAY],
  ['0', 0],
  ['none', Number.POSITIVE_INFINITY],
])('an age of %s', (maxAge, maxAgeMs) => {
  expect(determineCacheLimits({ maxAge }, {}).maxAgeMs).toBe(maxAgeMs);
});

test('options go before variables, and those before what is usual', () => {
  const env = { DEMA_CACHE_MAX_SIZE: '1GB', DEMA_CACHE_MAX_AGE: '1d' };
  expect(determineCacheLimits({}, {})).toEqual({ maxBytes: 10e9, maxAgeMs: 30 * DAY });
  expect(determineCacheLimits({}, env)).toEqual({ maxBytes: 1e9, maxAgeMs: DAY });
  expect(determineCacheLimits({ maxSize: '2GB' }, env)).toEqual({ maxBytes: 2e9, maxAgeMs: DAY });
});

test.each([
  [{ maxSize: 'much' }, {}, '--max-size is "much"'],
  [{ maxSize: '5XB' }, {}, '--max-size is "5XB"'],
  [{ maxAge: '30' }, {}, '--max-age is "30"'],
  [{}, { DEMA_CACHE_MAX_AGE: 'old' }, 'DEMA_CACHE_MAX_AGE is "old"'],
])('what is no limit is a fault: %o %o', (options, env, problem) => {
  expect(() => determineCacheLimits(options, env)).toThrow(
    expect.objectContaining({ code: 'CLI_ARGUMENTS_INVALID', problem: expect.stringContaining(problem) }),
  );
});
