import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openStore, removeFolder, type Store } from '@dema/store';
import { makeFolderImage } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  appendLayers,
  createLayer,
  emptyImage,
  type Image,
  type ImageStore,
  type Layer,
  openImageStore,
  setLabels,
  validateImage,
  writeImage,
} from './index.ts';

let root: string;
let cache: Store;
let images: ImageStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'images-'));
  cache = await openStore(join(root, 'cache'));
  images = await openImageStore(join(root, 'images'), cache);
});

afterEach(() => removeFolder(root));

const makeImage = (...names: string[]) => makeFolderImage(cache, names);

const blobs = () => readdir(join(images.root, 'blobs/sha256'));

function layerOf(image: Image | undefined, index: number): Layer {
  const layer = image?.layers[index];
  if (!layer) throw new Error(`no layer ${index}`);
  return layer;
}

test('an image is found by its name', async () => {
  const image = await makeImage('a', 'b');
  const manifest = await images.put('shop/cart', image);
  const found = await images.find('shop/cart:latest');
  expect(found).toMatchObject({
    reference: 'shop/cart:latest',
    manifest,
    digest: manifest.digest,
    created: '1980-01-01T00:00:01Z',
  });
  expect(found?.image.config).toEqual(image.config);
  expect(await validateImage(images, manifest.digest)).toEqual([]);
  expect(await images.find('shop/cart:2')).toBeUndefined();
});

test('clearing the cache harms no image', async () => {
  const manifest = await images.put('a', await makeImage('a'));
  await removeFolder(cache.root);
  await openStore(cache.root);
  const found = await images.find('a');
  expect(await validateImage(images, manifest.digest)).toEqual([]);
  expect((await buffer(layerOf(found?.image, 0).read())).length).toBe(1536);
  expect(await readdir(await layerOf(found?.image, 0).tree())).toEqual(['a']);
});

test('layers are shared with the cache and not copied', async () => {
  const image = await makeImage('a');
  await images.put('a', image);
  const { digest } = await layerOf(image, 0).descriptor();
  expect((await stat(images.blobPath(digest))).ino).toBe((await stat(cache.blobPath(digest))).ino);
});

test('an image out of the store can have another name, and be changed', async () => {
  await images.put('a', await makeImage('a'));
  await removeFolder(cache.root);
  cache = await openStore(cache.root);
  const found = await images.find('a');
  if (!found) throw new Error('not found');
  expect((await images.put('b', found.image)).digest).toBe(found.digest);
  const changed = await images.put('c', setLabels(found.image, { x: 'y' }));
  expect(await validateImage(images, changed.digest)).toEqual([]);
});

test('an image can be pushed from another store than the one opened with', async () => {
  const other = await openStore(join(root, 'other'));
  const layer = await createLayer(other, []);
  const { digest } = await images.put('a', appendLayers(emptyImage({ os: 'linux', architecture: 'arm64' }), [layer]));
  expect(await validateImage(images, digest)).toEqual([]);
});

test('images are listed by name, with their sizes', async () => {
  const image = await makeImage('a');
  await images.put('z', image);
  await images.put('a:2', image);
  const { manifest } = await writeImage(cache, image);
  const { size } = await layerOf(image, 0).descriptor();
  const listed = { digest: manifest.digest, size, created: '1980-01-01T00:00:01Z' };
  expect(await images.list()).toEqual([
    { reference: 'a:2', ...listed },
    { reference: 'z:latest', ...listed },
  ]);
});

test('removing takes the blobs that no other image needs', async () => {
  await images.put('one', await makeImage('a', 'b'));
  const two = await images.put('two', await makeImage('a', 'c'));
  expect((await blobs()).length).toBe(7);
  expect(await images.remove('one')).toBe(true);
  expect((await blobs()).length).toBe(4);
  expect(await validateImage(images, two.digest)).toEqual([]);
  expect(await images.remove('one')).toBe(false);
  await images.remove('two');
  expect(await blobs()).toEqual([]);
  expect(await images.list()).toEqual([]);
});

test('a name that moves on gives up what it named', async () => {
  await images.put('a', await makeImage('a'));
  const { digest } = await images.put('a', await makeImage('b'));
  expect((await blobs()).length).toBe(3);
  expect((await images.find('a'))?.digest).toBe(digest);
});

test('many at once end with whole images', async () => {
  const other = await openImageStore(join(root, 'images'), cache);
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  await Promise.all(
    names.map(async (name, index) => {
      const store = index % 2 ? images : other;
      await store.put('shared', await makeImage(name, 'base'));
      await store.put(name, await makeImage(name, 'base'));
      if (index > 2) await store.remove(name);
    }),
  );
  const listed = await images.list();
  expect(listed.map(({ reference }) => reference)).toEqual(['a:latest', 'b:latest', 'c:latest', 'shared:latest']);
  for (const { digest } of listed) expect(await validateImage(images, digest)).toEqual([]);
});

test('a broken name file hides that image and no other', async () => {
  await images.put('a', await makeImage('a'));
  await images.put('b', await makeImage('b'));
  const folder = join(images.root, 'references');
  for (const name of await readdir(folder)) {
    if ((await readFile(join(folder, name), 'utf8')).includes('"a:latest"'))
      await writeFile(join(folder, name), '{"reference"');
  }
  expect((await images.list()).map(({ reference }) => reference)).toEqual(['b:latest']);
  expect(await images.find('a')).toBeUndefined();
});

test('an image whose manifest is lost harms no other, and can be removed', async () => {
  const lost = await images.put('lost', await makeImage('a'));
  const kept = await images.put('kept', await makeImage('b'));
  await rm(images.blobPath(lost.digest));
  await expect(images.find('lost')).rejects.toMatchObject({ code: 'OCI_BLOB_MISSING' });
  await images.put('other', await makeImage('c'));
  expect(await images.remove('lost')).toBe(true);
  expect(await validateImage(images, kept.digest)).toEqual([]);
  expect((await blobs()).length).toBe(6);
});

test('a name that is none is a fault', async () => {
  await expect(images.find('No Such Name')).rejects.toMatchObject({ code: 'IMAGE_REFERENCE_INVALID' });
  await expect(images.remove('../x')).rejects.toMatchObject({ code: 'IMAGE_REFERENCE_INVALID' });
});
