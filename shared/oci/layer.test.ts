import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { type TarEntry, writeTar } from '@dema/archive';
import { openStore, removeFolder, type Store } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLayer, findLayer } from './index.ts';
import { storedLayer } from './layer.ts';

let root: string;
let store: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'layer-'));
  store = await openStore(join(root, 'cache'));
});

afterEach(() => removeFolder(root));

const OWNER = { uid: 1001, gid: 1000 };

function entries(content = 'content'): TarEntry[] {
  return [
    { path: '/layers', type: 'directory', mode: 0o755, ...OWNER, size: 0 },
    {
      path: '/layers/a',
      type: 'file',
      mode: 0o640,
      ...OWNER,
      size: content.length,
      body: () => [Buffer.from(content)],
    },
    { path: '/layers/l', type: 'symlink', mode: 0o777, ...OWNER, size: 0, linkPath: '/layers/a' },
    { path: '/layers/h', type: 'hardlink', mode: 0o640, ...OWNER, size: 0, linkPath: '/layers/a' },
  ];
}

const blobs = () => readdir(join(store.root, 'blobs/sha256'));
const sha256 = (content: Uint8Array) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

test('a layer is named by its plain tar', async () => {
  const layer = await createLayer(store, entries(), { createdBy: 'Application Layer' });
  const tar = await buffer(writeTar(entries()));
  expect(layer.diffId).toBe(sha256(tar));
  expect(layer.createdBy).toBe('Application Layer');
  expect((await buffer(layer.read())).equals(tar)).toBe(true);
});

test('it is compressed at first need, and then the plain tar is given up', async () => {
  const layer = await createLayer(store, entries());
  expect(await blobs()).toEqual([layer.diffId.slice(7)]);
  const descriptor = await layer.descriptor();
  const blob = await readFile(store.blobPath(descriptor.digest));
  expect(descriptor).toEqual({
    mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    digest: sha256(blob),
    size: blob.length,
  });
  expect(sha256(gunzipSync(blob))).toBe(layer.diffId);
  expect(await blobs()).toEqual([descriptor.digest.slice(7)]);
  expect(sha256(await buffer(layer.read()))).toBe(layer.diffId);
  expect((await buffer(layer.readBlob())).equals(blob)).toBe(true);
});

test('the same layer made again keeps nothing, and is not compressed again', async () => {
  const descriptor = await (await createLayer(store, entries())).descriptor();
  const again = await createLayer(store, entries());
  expect(await blobs()).toEqual([descriptor.digest.slice(7)]);
  expect(await again.descriptor()).toEqual(descriptor);
});

test('it can be compressed at once', async () => {
  const layer = await createLayer(store, entries(), { keep: 'compressed' });
  expect(await blobs()).toEqual([(await layer.descriptor()).digest.slice(7)]);
});

test('a layer is found as long as the store has it, in either form', async () => {
  const { diffId } = await createLayer(store, entries());
  const plain = await findLayer(store, diffId, { createdBy: 'x' });
  expect(plain).toMatchObject({ diffId, createdBy: 'x' });
  const descriptor = await plain?.descriptor();
  expect(await (await findLayer(store, diffId))?.descriptor()).toEqual(descriptor);
  await rm(store.blobPath(descriptor?.digest ?? diffId));
  expect(await findLayer(store, diffId)).toBeUndefined();
});

test('a layer whose blob was cleared can be made again', async () => {
  const first = await (await createLayer(store, entries())).descriptor();
  await rm(store.blobPath(first.digest));
  const layer = await createLayer(store, entries());
  expect(await layer.descriptor()).toEqual(first);
  expect(await store.hasBlob(first.digest)).toBe(true);
});

test('what is gone is a fault', async () => {
  const layer = await createLayer(store, entries());
  await rm(store.blobPath(layer.diffId));
  await expect(buffer(layer.read())).rejects.toMatchObject({ code: 'OCI_LAYER_MISSING' });
  await expect(layer.descriptor()).rejects.toMatchObject({ code: 'OCI_LAYER_MISSING' });
  await expect(layer.tree()).rejects.toMatchObject({ code: 'OCI_LAYER_MISSING' });
});

test('its tree is unpacked once', async () => {
  const layer = await createLayer(store, entries());
  const trees = await Promise.all([layer.tree(), layer.tree(), (await findLayer(store, layer.diffId))?.tree()]);
  expect(new Set(trees)).toEqual(new Set([store.treePath(layer.diffId.replace(':', '-'))]));
  expect(await readFile(join(trees[0] ?? '', 'layers/h'), 'utf8')).toBe('content');
  await layer.descriptor();
  await rm(store.blobPath((await layer.descriptor()).digest));
  expect(await layer.tree()).toBe(trees[0]);
});

test('a tree of other content than the diffID says is never seen', async () => {
  const { digest, size } = await store.putBlob(writeTar(entries('forged')));
  const { diffId } = await createLayer(store, entries('genuine'));
  await rm(store.blobPath(diffId));
  const forged = storedLayer({
    blobs: store,
    trees: store,
    diffId,
    known: { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest, size },
  });
  await expect(forged.tree()).rejects.toMatchObject({ code: 'OCI_LAYER_DIFFERS' });
  expect(await readdir(join(store.root, 'trees'))).toEqual([]);
});

test('many layers are compressed side by side, and two of the same content at once', async () => {
  const layers = await Promise.all(['a', 'b', 'c', 'c'].map((content) => createLayer(store, entries(content))));
  const descriptors = await Promise.all(layers.map((layer) => layer.descriptor()));
  expect(new Set(descriptors.map(({ digest }) => digest)).size).toBe(3);
  expect((await blobs()).length).toBe(3);
});
