import { expect, test } from 'vitest';
import { parseBuildCache } from './build-cache.ts';

const SHA = `sha256:${'a'.repeat(64)}`;
const LAYER = { sha: SHA, data: null, build: true, launch: false, cache: true };

test('reads what it wrote', () => {
  const cache = {
    sbom: { sha: SHA },
    owner: { uid: 1, gid: 2 },
    buildpacks: [{ key: 'a', version: '1', layers: { one: LAYER }, sboms: { one: { 'cdx.json': '{}' } } }],
  };
  expect(parseBuildCache(JSON.parse(JSON.stringify(cache)))).toEqual(cache);
});

test.each([undefined, null, [], 'text', {}, { buildpacks: {} }])('%j is no cache', (record) => {
  expect(parseBuildCache(record)).toBeUndefined();
});

test('what another version wrote in another shape is left out', () => {
  const layers = { one: LAYER, two: { ...LAYER, sha: 'md5:0' }, three: null, four: { sha: SHA } };
  const buildpacks = [
    null,
    'a',
    { key: 1 },
    { key: 'a', version: '1', layers, sboms: { one: { 'cdx.json': 5 }, two: 3 } },
  ];
  expect(parseBuildCache({ sbom: 5, owner: { uid: 'root' }, buildpacks, more: true })).toEqual({
    buildpacks: [
      {
        key: 'a',
        version: '1',
        layers: { one: LAYER, four: { sha: SHA, data: null, build: false, launch: false, cache: false } },
        sboms: { one: {}, two: {} },
      },
    ],
  });
});

test('a document of no known kind is left out: its kind becomes part of the name of a file', () => {
  const sboms = { one: { 'cdx.json': '{}', '../../../x': '{}' } };
  const read = parseBuildCache({ buildpacks: [{ key: 'a', version: '1', layers: { one: LAYER }, sboms }] });
  expect(read?.buildpacks[0]?.sboms).toEqual({ one: { 'cdx.json': '{}' } });
});
