import { appendFile, mkdir, mkdtemp, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Digest, openStore, removeFolder, type Store } from '@dema/store';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildpackLayerEntries } from './buildpack-layers.ts';
import { findDamagedLayers, type KeptLayers } from './check-kept-layers.ts';
import { keepLayers, keptLayersKey } from './kept-layers.ts';
import { hashLayer } from './layer-of-entries.ts';

const OWNER = { uid: 1001, gid: 1000 };
let root: string;
let store: Store;
let kept: KeptLayers;
let count = 0;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'kept-layers-'));
  store = await openStore(join(root, 'store'));
});

afterAll(() => removeFolder(root));

/** Two layers, as a build leaves them in the store. */
beforeEach(async () => {
  count += 1;
  const layers = await Promise.all(['one', 'two'].map((name) => makeLayer(name)));
  await keepLayers(store, layers);
  const shas = Object.fromEntries(layers.map(({ name, sha }) => [name, sha]));
  const key = keptLayersKey(Object.fromEntries(layers.map(({ name, sha }) => [name, { sha }])));
  kept = { key, path: store.treePath(key), id: 'acme/one', shas, owner: OWNER };
});

async function makeLayer(name: string): Promise<{ name: string; sha: Digest; path: string; isKept: boolean }> {
  const path = join(root, `${name}-${count}`);
  await mkdir(join(path, 'deep/er'), { recursive: true });
  await writeFile(join(path, 'deep/er/file'), `content of ${name}, ${count}`);
  await writeFile(join(path, 'empty'), '');
  const sha = await hashLayer(buildpackLayerEntries({ path, id: 'acme/one', name, owner: OWNER }));
  return { name, sha, path, isKept: false };
}

async function damaged(): Promise<string[]> {
  return [...(await findDamagedLayers(store, kept))];
}

const file = () => join(kept.path, 'one/deep/er/file');

test('what was left alone is whole', async () => {
  expect(await damaged()).toEqual([]);
  await writeFile(join(kept.path, 'one/empty'), '');
  expect(await damaged()).toEqual([]);
});

test('times alone decide nothing', async () => {
  await utimes(file(), 0, 0);
  expect(await damaged()).toEqual([]);
  expect(await store.readRecord('kept-layers', kept.key)).toBeDefined();
});

test('a store without notes is read as a whole', async () => {
  await rm(join(store.root, 'records/kept-layers'), { recursive: true });
  expect(await damaged()).toEqual([]);
  await truncate(file(), 3);
  expect(await damaged()).toEqual(['one']);
});

test.each<[string, () => Promise<unknown>]>([
  ['cut off', () => truncate(file(), 3)],
  ['longer', () => appendFile(file(), 'x')],
  ['of other content', () => writeFile(file(), 'CONTENT of one, 0')],
  ['gone', () => rm(file())],
  ['new', () => writeFile(join(kept.path, 'one/other'), '')],
  [
    'in place of a folder',
    () => rm(join(kept.path, 'one/deep'), { recursive: true }).then(() => writeFile(join(kept.path, 'one/deep'), '')),
  ],
  ['the whole layer', () => rm(join(kept.path, 'one'), { recursive: true })],
])('a file that is %s damages its layer alone', async (_, damage) => {
  await damage();
  expect(await damaged()).toEqual(['one']);
});
