import { expect, test } from 'vitest';
import { determineDataRoot, determineStoreRoot } from './roots.ts';

test('the cache is where DEMA_CACHE, XDG_CACHE_HOME or HOME say, in this order', () => {
  const env = { DEMA_CACHE: '/one', XDG_CACHE_HOME: '/two', HOME: '/three' };
  expect(determineStoreRoot(env)).toBe('/one');
  expect(determineStoreRoot({ ...env, DEMA_CACHE: '' })).toBe('/two/dema');
  expect(determineStoreRoot({ HOME: '/three' })).toBe('/three/.cache/dema');
});

test('what is kept is where XDG_DATA_HOME or HOME say', () => {
  expect(determineDataRoot({ XDG_DATA_HOME: '/two', HOME: '/three' })).toBe('/two/dema');
  expect(determineDataRoot({ HOME: '/three' })).toBe('/three/.local/share/dema');
});
