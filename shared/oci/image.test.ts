import { expect, test } from 'vitest';
import { appendLayers, emptyImage, findEnv, type Layer, setConfig, setCreated, setEnv, setLabels } from './index.ts';

function layer(diffId: string, createdBy?: string): Layer {
  return { diffId: `sha256:${diffId}`, ...(createdBy && { createdBy }) } as Layer;
}

const BASE = emptyImage({ os: 'linux', architecture: 'arm64', variant: 'v8' });

test('layers come on top, each with its history', () => {
  const first = appendLayers(BASE, [layer('a', 'base')]);
  const second = appendLayers(first, [layer('b', 'app'), layer('c')], { created: '2026-01-01T00:00:00Z' });
  expect(second.config).toMatchObject({
    os: 'linux',
    architecture: 'arm64',
    variant: 'v8',
    rootfs: { type: 'layers', diff_ids: ['sha256:a', 'sha256:b', 'sha256:c'] },
    history: [
      { created: '1980-01-01T00:00:01Z', created_by: 'base' },
      { created: '2026-01-01T00:00:00Z', created_by: 'app' },
      { created: '2026-01-01T00:00:00Z' },
    ],
  });
  expect(second.layers.length).toBe(3);
  expect(first.layers.length).toBe(1);
  expect(BASE.config.rootfs.diff_ids).toEqual([]);
});

test('a variable is replaced in its place, or comes last', () => {
  const image = setConfig(BASE, { Env: ['PATH=/bin', 'A=1'] });
  expect(setEnv(image, 'PATH', '/cnb/process:/bin').config.config?.Env).toEqual(['PATH=/cnb/process:/bin', 'A=1']);
  expect(setEnv(image, 'P', 'x').config.config?.Env).toEqual(['PATH=/bin', 'A=1', 'P=x']);
  expect(setEnv(BASE, 'A', 'b=c').config.config?.Env).toEqual(['A=b=c']);
  expect([findEnv(setEnv(BASE, 'A', 'b=c'), 'A'), findEnv(image, 'B')]).toEqual(['b=c', undefined]);
});

test('labels join those that are there, other settings are replaced', () => {
  const image = setLabels(setLabels(BASE, { a: '1', b: '1' }), { b: '2' });
  expect(image.config.config?.Labels).toEqual({ a: '1', b: '2' });
  expect(setConfig(setConfig(BASE, { Cmd: ['x'], User: '1' }), { Cmd: [] }).config.config).toEqual({
    Cmd: [],
    User: '1',
  });
});

test('one time for the image and its history', () => {
  const { config } = setCreated(appendLayers(BASE, [layer('a')]), '2026-01-01T00:00:00Z');
  expect([config.created, config.history?.[0]?.created]).toEqual(['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z']);
});
