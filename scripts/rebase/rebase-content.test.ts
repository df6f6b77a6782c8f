import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendLayers, createLayer, type Image } from '@dema/oci';
import { openStore, removeFolder, type Store } from '@dema/store';
import { type AppRegistry, openAppRegistry } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rebaseContent } from './rebase-content.ts';

let root: string;
let store: Store;
let registry: AppRegistry;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'content-'));
  store = await openStore(root);
  registry = openAppRegistry(store, 'registry.example');
});

afterAll(async () => {
  await registry.close();
  await removeFolder(root);
});

/** A run image with a layer of its operator above the packages. */
async function makeRunImage(expat: string, name = 'own-certificates'): Promise<Image> {
  const entry = { path: `/${name}`, type: 'directory' as const, mode: 0o755, uid: 0, gid: 0, size: 0 };
  return appendLayers(await registry.makeRunImage({ expat }), [await createLayer(store, [entry])]);
}

function rebase(app: Image, image: Image) {
  const runImage = { image, reference: registry.runImage, pinned: `${registry.runImage}@sha256:0` };
  return rebaseContent(app, { runImageFor: async () => runImage, packagesOf: async () => undefined });
}

test('a run image of which only the layers below have changed is another one', async () => {
  const [old, fresh] = [await makeRunImage('1'), await makeRunImage('2')];
  expect(old.config.rootfs.diff_ids.at(-1)).toBe(fresh.config.rootfs.diff_ids.at(-1));
  const app = await registry.makeApp('shop', old);
  const rebased = await rebase(app, fresh);
  expect(rebased.isCurrent).toBe(false);
  const { diff_ids: layers } = (rebased.found as Image).config.rootfs;
  expect(layers).toEqual([...fresh.config.rootfs.diff_ids, app.config.rootfs.diff_ids.at(-1)]);
});

test('the same run image again changes nothing', async () => {
  const old = await makeRunImage('1');
  const app = await registry.makeApp('shop', old);
  expect(await rebase(app, old)).toMatchObject({ isCurrent: true, found: app });
});
