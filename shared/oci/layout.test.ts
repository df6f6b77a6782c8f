import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Digest, digestOf, openStore, removeFolder, type Store } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  appendLayers,
  createLayer,
  emptyImage,
  type Image,
  type Layer,
  readLayout,
  setLabels,
  validateImage,
  writeImage,
  writeLayout,
} from './index.ts';

let root: string;
let store: Store;
let image: Image;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'layout-'));
  folder = join(root, 'out/layout');
  store = await openStore(join(root, 'cache'));
  const layers = ['a', 'b'].map((name) =>
    createLayer(store, [{ path: `/${name}`, type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 }], {
      createdBy: name,
    }),
  );
  image = appendLayers(emptyImage({ os: 'linux', architecture: 'amd64' }), await Promise.all(layers));
});

afterEach(() => removeFolder(root));

const blobPath = (digest: Digest) => join(folder, 'blobs', digest.replace(':', '/'));
const otherStore = () => openStore(join(root, 'other'));

function layerOf(image: Image | undefined, index: number): Layer {
  const layer = image?.layers[index];
  if (!layer) throw new Error(`no layer ${index}`);
  return layer;
}

test('a layout holds all that its index names', async () => {
  const descriptor = await writeLayout(folder, image, { reference: 'shop/cart:1' });
  expect(await validateImage({ blobPath }, descriptor.digest)).toEqual([]);
  expect((await readdir(join(folder, 'blobs/sha256'))).length).toBe(4);
  expect(await readFile(join(folder, 'oci-layout'), 'utf8')).toBe('{"imageLayoutVersion":"1.0.0"}');
  expect(await readFile(join(folder, 'index.json'), 'utf8')).toBe(
    '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[' +
      `{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":${descriptor.size},"digest":"${descriptor.digest}",` +
      '"annotations":{"org.opencontainers.image.ref.name":"shop/cart:1"},"platform":{"architecture":"amd64","os":"linux"}}]}',
  );
});

test('its files are no links into the store', async () => {
  await writeLayout(folder, image);
  for (const name of await readdir(join(folder, 'blobs/sha256')))
    expect((await stat(join(folder, 'blobs/sha256', name))).nlink).toBe(1);
});

test('an earlier layout is replaced, whole, and nothing is left beside it', async () => {
  await writeLayout(folder, image);
  const changed = setLabels(image, { a: 'b' });
  const { digest } = await writeLayout(folder, changed);
  expect((await readdir(join(folder, 'blobs/sha256'))).length).toBe(4);
  expect(await validateImage({ blobPath }, digest)).toEqual([]);
  expect(await readdir(join(root, 'out'))).toEqual(['layout']);
});

test('an empty folder is taken, other folders and files are not', async () => {
  await mkdir(folder, { recursive: true });
  await writeLayout(folder, image);
  await mkdir(join(root, 'home'));
  await writeFile(join(root, 'home/letter'), 'dear');
  for (const occupied of ['home', 'home/letter']) {
    await expect(writeLayout(join(root, occupied), image)).rejects.toMatchObject({ code: 'OCI_LAYOUT_OCCUPIED' });
  }
  expect(await readFile(join(root, 'home/letter'), 'utf8')).toBe('dear');
});

test('a layout that cannot be finished leaves what was there', async () => {
  const { digest } = await writeLayout(folder, image);
  await rm(store.blobPath((await layerOf(image, 1).descriptor()).digest));
  await expect(writeLayout(folder, setLabels(image, { a: 'b' }))).rejects.toMatchObject({ code: 'OCI_LAYER_MISSING' });
  expect(await validateImage({ blobPath }, digest)).toEqual([]);
  expect(await readdir(join(root, 'out'))).toEqual(['layout']);
});

test('a layout is read into a store, by its only image or by name', async () => {
  const { digest } = await writeLayout(folder, image, { reference: 'a:1' });
  for (const reference of [undefined, 'a:1']) {
    const other = await otherStore();
    const read = await readLayout(other, folder, { reference });
    expect((await writeImage(other, read)).manifest.digest).toBe(digest);
    expect(await validateImage(other, digest)).toEqual([]);
  }
  await expect(readLayout(store, folder, { reference: 'b:1' })).rejects.toMatchObject({ code: 'OCI_LAYOUT_INVALID' });
});

test('layers that a sparse layout leaves out are missed when they are read', async () => {
  await writeLayout(folder, image);
  const first = await layerOf(image, 0).descriptor();
  await rm(blobPath(first.digest));
  const read = await readLayout(await otherStore(), folder);
  expect(await layerOf(read, 0).descriptor()).toEqual(first);
  await expect(buffer(layerOf(read, 0).read())).rejects.toMatchObject({ code: 'OCI_LAYER_MISSING' });
  expect((await buffer(layerOf(read, 1).read())).length).toBe(1536);
});

test('a blob of other content than its digest is refused', async () => {
  await writeLayout(folder, image);
  const { digest } = await layerOf(image, 0).descriptor();
  await writeFile(blobPath(digest), 'forged');
  await expect(readLayout(await otherStore(), folder)).rejects.toMatchObject({ code: 'STORE_BLOB_CORRUPT' });
});

test.each<[string, (folder: string) => Promise<unknown>]>([
  ['is not there', (layout) => rm(layout, { recursive: true })],
  ['has no version', (layout) => writeFile(join(layout, 'oci-layout'), '{}')],
  ['has no index', (layout) => rm(join(layout, 'index.json'))],
  ['has a broken index', (layout) => writeFile(join(layout, 'index.json'), '{')],
  ['has an index that is no object', (layout) => writeFile(join(layout, 'index.json'), '[]')],
  ['names no image', (layout) => writeFile(join(layout, 'index.json'), '{"manifests":[]}')],
  [
    'names a digest that climbs',
    (layout) => writeFile(join(layout, 'index.json'), '{"manifests":[{"digest":"sha256:../../x"}]}'),
  ],
  ['names nothing useful', (layout) => writeFile(join(layout, 'index.json'), '{"manifests":[null]}')],
  ['lacks the manifest', (layout) => rm(join(layout, 'blobs'), { recursive: true })],
])('a layout that %s is a fault', async (_, damage) => {
  await writeLayout(folder, image);
  await damage(folder);
  await expect(readLayout(await otherStore(), folder)).rejects.toMatchObject({ code: 'OCI_LAYOUT_INVALID' });
});

test('a blob that is a link to something else is not followed unseen', async () => {
  const { digest } = await writeLayout(folder, image);
  await rm(blobPath(digest));
  await writeFile(join(root, 'secret'), 'secret');
  await symlink(join(root, 'secret'), blobPath(digest));
  await expect(readLayout(await otherStore(), folder)).rejects.toMatchObject({ code: 'STORE_BLOB_CORRUPT' });
});

test("a layout may hold manifests and layers of Docker's kinds, as packages of pack do", async () => {
  const docker = { ...image, format: 'docker' as const };
  const { digest, mediaType } = await writeLayout(folder, docker);
  expect(mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');
  const other = await otherStore();
  const read = await readLayout(other, folder);
  expect(read.format).toBe('docker');
  expect((await writeImage(other, read)).manifest.digest).toBe(digest);
  expect((await layerOf(read, 0).descriptor()).mediaType).toBe('application/vnd.docker.image.rootfs.diff.tar.gzip');
});

test('a layout where nobody can make a folder is refused, and not tried without end', async () => {
  await expect(writeLayout('/proc/nothing/layout', image)).rejects.toMatchObject({
    code: 'OCI_OUTPUT_FAILED',
  });
});

test('what is too large for a description of an image is none', async () => {
  const { digest } = await writeLayout(folder, image);
  const manifest = `${await readFile(blobPath(digest), 'utf8')}${' '.repeat(33 * 1024 * 1024)}`;
  const padded = digestOf(manifest);
  await writeFile(blobPath(padded), manifest);
  const index = await readFile(join(folder, 'index.json'), 'utf8');
  await writeFile(join(folder, 'index.json'), index.replace(digest, padded));
  await expect(readLayout(await otherStore(), folder)).rejects.toMatchObject({ code: 'OCI_IMAGE_INVALID' });
  await truncate(join(folder, 'index.json'), 5_000_000_000);
  await expect(readLayout(await otherStore(), folder)).rejects.toMatchObject({ code: 'OCI_LAYOUT_INVALID' });
});
