import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, removeFolder, type Store } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  appendLayers,
  createLayer,
  createLayerTreeProof,
  emptyImage,
  type Image,
  type ImageStore,
  openImageStore,
  verifyImages,
} from './index.ts';

let root: string;
let cache: Store;
let images: ImageStore;
let image: Image;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'verify-images-'));
  cache = await openStore(join(root, 'cache'));
  images = await openImageStore(join(root, 'images'), cache);
  image = await makeImage();
  await images.put('shop', image);
});

afterEach(() => removeFolder(root));

async function makeImage(): Promise<Image> {
  const file = {
    path: 'app/file',
    type: 'file' as const,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 7,
    body: () => [Buffer.from('content')],
  };
  return appendLayers(emptyImage({ os: 'linux', architecture: 'amd64' }), [await createLayer(cache, [file])]);
}

async function layerOf(name: string) {
  const [layer] = (await images.find(name))?.image.layers ?? [];
  if (!layer) throw new Error('the image has a layer');
  return layer;
}

test('images that are well are left alone', async () => {
  expect(await verifyImages(images)).toMatchObject({
    checked: { blobs: 3 },
    broken: [],
    images: 1,
    incomplete: [],
  });
});

test('a broken layer goes, its image is named, and the same image put again is well', async () => {
  const { digest } = await (await layerOf('shop')).descriptor();
  await appendFile(images.blobPath(digest), '!');
  await rm(cache.blobPath(digest));
  const verified = await verifyImages(images);
  expect(verified.broken).toMatchObject([{ kind: 'blob', name: digest }]);
  expect(verified.incomplete).toEqual([{ reference: 'shop:latest', problem: `blob ${digest} is missing` }]);
  await expect(images.find('shop')).rejects.toMatchObject({ code: 'OCI_IMAGE_INCOMPLETE' });
  await images.put('shop', await makeImage());
  expect((await verifyImages(images)).incomplete).toEqual([]);
});

test('a name that names nothing goes', async () => {
  await writeFile(join(images.root, 'references/x.json'), '{');
  expect((await verifyImages(images)).broken).toEqual([
    { kind: 'record', name: 'references/x.json', problem: 'it names no image' },
  ]);
  expect((await images.list()).map(({ reference }) => reference)).toEqual(['shop:latest']);
});

test('an unpacked layer is held against its archive, wherever that is', async () => {
  const layer = await layerOf('shop');
  const tree = await layer.tree();
  const key = layer.diffId.replace(':', '-');
  await rm(cache.blobPath((await layer.descriptor()).digest));
  const prove = await createLayerTreeProof(cache, images);
  expect(await prove(key, tree)).toBe('right');
  await writeFile(join(tree, 'app/file'), 'changed');
  expect(await prove(key, tree)).toEqual({ problem: 'app/file is not as it was unpacked' });
  expect(await prove('something-else', tree)).toBe('unknown');
  await images.remove('shop');
  expect(await (await createLayerTreeProof(cache, images))(key, tree)).toBe('unknown');
});
