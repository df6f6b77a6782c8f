import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, removeFolder } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeBuildCache } from './build-cache.ts';
import { buildpackLayerEntries } from './buildpack-layers.ts';
import { keepLayers, keptLayersKey } from './kept-layers.ts';
import { hashLayer } from './layer-of-entries.ts';
import { createKeptLayersProof } from './prove-kept-layers.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'prove-'));
});

afterEach(() => removeFolder(root));

test('kept layers are held against the digests of the build that left them', async () => {
  const store = await openStore(join(root, 'store'));
  const path = join(root, 'modules');
  await mkdir(path);
  await writeFile(join(path, 'file'), 'content');
  const owner = { uid: 1001, gid: 1000 };
  const sha = await hashLayer(buildpackLayerEntries({ path, id: 'acme/one', name: 'modules', owner }));
  const layers = { modules: { sha, data: null, build: true, launch: false, cache: true } };
  await keepLayers(store, [{ name: 'modules', sha, path, isKept: false }]);
  const key = keptLayersKey(layers);
  const tree = join(store.root, 'trees', key);
  expect(await (await createKeptLayersProof(store))(key, tree)).toBe('unknown');

  await writeBuildCache(store, 'shop:latest', { owner, buildpacks: [{ key: 'acme/one', version: '1', layers }] });
  const prove = await createKeptLayersProof(store);
  expect(await prove(key, tree)).toBe('right');
  await writeFile(join(tree, 'modules/file'), 'changed');
  expect(await prove(key, tree)).toMatchObject({ problem: expect.stringContaining('its layer modules of acme/one') });
  await removeFolder(join(tree, 'modules'));
  expect(await prove(key, tree)).toMatchObject({ problem: expect.stringContaining('cannot be read') });
});
