import { expect, test } from 'vitest';
import { parseLifecycleLabel } from './lifecycle-label.ts';

const SHA = `sha256:${'a'.repeat(64)}`;
const LAYER = { sha: SHA, data: { k: 1 }, build: false, launch: true, cache: false };

test('gives what the lifecycle wrote', () => {
  const label = {
    app: [{ sha: SHA }],
    sbom: { sha: SHA },
    buildpacks: [
      { key: 'a', version: '1', layers: { one: LAYER }, store: { metadata: { n: 1 } } },
      { key: 'b', version: '2', layers: {} },
    ],
    config: { sha: SHA },
    launcher: { sha: SHA },
    'process-types': { sha: '' },
    runImage: { topLayer: SHA, reference: 'r@sha256:x', image: 'r', mirrors: ['m'] },
    stack: { runImage: { image: 'r' } },
  };
  const { stack: _, ...known } = label;
  expect(parseLifecycleLabel(JSON.stringify(label))).toEqual(known);
});

test.each(['', 'null', '[]', '{"buildpacks":null}', '{"app":[]}', '{'])('%s says nothing', (text) => {
  expect(parseLifecycleLabel(text)).toBeUndefined();
});

test('parts of another shape are as good as absent', () => {
  const layers = { one: LAYER, two: { ...LAYER, sha: 'x' }, three: null };
  const label = {
    app: [null, { sha: 1 }],
    buildpacks: [null, { layers }, { key: 'a', layers, store: { metadata: null } }, { key: 'b' }],
    runImage: 'run',
  };
  expect(parseLifecycleLabel(JSON.stringify(label))).toMatchObject({
    app: [],
    buildpacks: [
      { key: 'a', version: '', layers: { one: LAYER }, store: { metadata: null } },
      { key: 'b', layers: {} },
    ],
    runImage: { topLayer: '', reference: '' },
  });
});

test.each(['../../../node', '..', 'a/b', 'a\0', ''])('a layer called %j is as good as absent', (name) => {
  const label = { buildpacks: [{ key: 'a', layers: { [name]: LAYER, one: LAYER } }] };
  expect(parseLifecycleLabel(JSON.stringify(label))?.buildpacks[0]?.layers).toEqual({ one: LAYER });
});

test('what a layer remembers is a table or nothing', () => {
  const label = { buildpacks: [{ key: 'a', layers: { one: { ...LAYER, data: 'text' } } }] };
  expect(parseLifecycleLabel(JSON.stringify(label))?.buildpacks[0]?.layers.one?.data).toBeNull();
});
