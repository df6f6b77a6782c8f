import { expect, test } from 'vitest';
import { parseLayerToml, renderLayerToml, renderRestoredLayerToml } from './layer-toml.ts';

test('reads types and metadata; an absent type is false', () => {
  const text = '[types]\nlaunch = true\ncache = true\n[metadata]\nversion = "24"\n';
  expect(parseLayerToml(text, 'node.toml')).toEqual({
    launch: true,
    build: false,
    cache: true,
    metadata: { version: '24' },
  });
  expect(parseLayerToml('', 'node.toml')).toEqual({ launch: false, build: false, cache: false });
  expect(parseLayerToml('[metadata]', 'node.toml').metadata).toEqual({});
});

test.each([
  ['launch = true', 'node.toml:1: `launch` stands outside of the types'],
  ['[metadata]\n[build]', 'node.toml:2: `build` stands outside of the types'],
  ['cache = false', '`cache` stands outside of the types'],
  ['[types]\nlaunch = "true"', 'node.toml:2: `types.launch` must be true or false, but is the string "true"'],
  ['types = true', 'node.toml:1: `types` must be a table, but is true'],
  ['metadata = []', 'node.toml:1: `metadata` must be a table, but is an array'],
])('%j is refused: %s', (text, problem) => {
  expect(() => parseLayerToml(text, 'node.toml')).toThrow(problem);
});

test('writes what it reads', () => {
  const layer = { launch: true, build: false, cache: true, metadata: { z: 1, files: ['a'], '10': 'x', '9': 'y' } };
  const text = renderLayerToml(layer);
  expect(text).toBe(`[types]
  launch = true
  build = false
  cache = true

[metadata]
  10 = "x"
  9 = "y"
  files = ["a"]
  z = 1
`);
  expect(parseLayerToml(text, 'node.toml')).toEqual(layer);
  expect(renderLayerToml({ launch: false, build: true, cache: false })).not.toContain('metadata');
});

test('what is restored has no types, and its numbers are floats, as the lifecycle writes them', () => {
  const metadata = { n: 5, f: 1.5, s: 'x', l: [1, { z: 1, a: 2 }], deep: { k: 1 } };
  expect(renderRestoredLayerToml(metadata)).toBe(`[metadata]
  f = 1.5
  l = [1.0, {a = 2.0, z = 1.0}]
  n = 5.0
  s = "x"
  [metadata.deep]
    k = 1.0
`);
  expect(renderRestoredLayerToml(undefined)).toBe('');
});
