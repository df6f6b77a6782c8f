import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readLayout, validateImage, writeImage } from '@dema/oci';
import { openStore } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place } from './dema.ts';

const APPS = join(import.meta.dirname, '../apps/nodejs');

let place: Place;

beforeAll(async () => {
  place = await makePlace();
});

afterAll(() => place.remove());

interface Contents {
  /** Paths in the image, of all layers. */
  paths: string[];
  /** Bytes of all layers, compressed. */
  size: number;
  largest: number;
  problems: string[];
}

async function buildAndUnpack(name: string): Promise<Contents> {
  const layout = join(place.folder, name);
  const { code, stderr } = await dema(['build', join(APPS, name), '--output', `oci:${layout}`], place);
  expect(code, stderr).toBe(0);
  const store = await openStore(join(place.folder, `${name}-store`));
  const image = await readLayout(store, layout);
  const trees = await Promise.all(image.layers.map((layer) => layer.tree()));
  const paths = await Promise.all(trees.map((tree) => readdir(tree, { recursive: true })));
  const sizes = await Promise.all(image.layers.map(async (layer) => (await layer.descriptor()).size));
  const { manifest } = await writeImage(store, image);
  return {
    paths: paths.flat().map((path) => `/${path}`),
    size: sizes.reduce((sum, size) => sum + size, 0),
    largest: Math.max(...sizes),
    problems: await validateImage(store, manifest.digest),
  };
}

test.each(['express', 'typescript'])('the image of %s is small, sound, and holds only what runs', async (name) => {
  const { paths, size, largest, problems } = await buildAndUnpack(name);
  expect(problems).toEqual([]);
  // The largest layer is the program of Node.js 26, of 50 MB.
  expect(size).toBeLessThan(72_000_000);
  expect(size - largest).toBeLessThan(22_000_000);
  expect(paths).toContain('/layers/dema_nodejs/node/bin/node');
  expect(paths).toContain('/layers/dema_nodejs/node/LICENSE');
  const unwanted = [
    /\/bin\/(npm|npx|corepack)$/,
    /\/node_modules\/npm(\/|$)/,
    /\/include\/node(\/|$)/,
    /_cacache/,
    /\/node_modules\/typescript(\/|$)/,
    /\/node_modules\/@types(\/|$)/,
    /\/node_modules\/\.(cache|package-lock\.json)/,
  ];
  expect(paths.filter((path) => unwanted.some((pattern) => pattern.test(path)))).toEqual([]);
});

test('the Node.js layer is the program and its licence', async () => {
  const { paths } = await buildAndUnpack('http');
  const node = paths.filter((path) => path.startsWith('/layers/dema_nodejs/node/') && !path.includes('/env'));
  expect(node.sort()).toEqual([
    '/layers/dema_nodejs/node/LICENSE',
    '/layers/dema_nodejs/node/bin',
    '/layers/dema_nodejs/node/bin/node',
  ]);
});
