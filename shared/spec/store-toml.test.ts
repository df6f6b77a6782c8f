import { expect, test } from 'vitest';
import { parseStoreToml, renderRestoredStoreToml } from './store-toml.ts';

test('restores free metadata, numbers as floats', () => {
  const store = { metadata: { b: [1, 2], a: { c: true } } };
  const text = renderRestoredStoreToml(store);
  expect(text).toBe('[metadata]\n  b = [1.0, 2.0]\n  [metadata.a]\n    c = true\n');
  expect(parseStoreToml(text, 'store.toml')).toEqual(store);
  expect(parseStoreToml('', 'store.toml')).toEqual({});
  expect(parseStoreToml('[metadata]', 'store.toml')).toEqual({ metadata: {} });
});

test('metadata must be a table', () => {
  expect(() => parseStoreToml('metadata = 1', 'store.toml')).toThrow(
    'store.toml:1: `metadata` must be a table, but is 1',
  );
});
