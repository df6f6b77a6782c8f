import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Digest, digestOf, openStore, removeFolder, type Store } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendLayers, createLayer, emptyImage, type Image, readImage, setLabels, writeImage } from './index.ts';
import { putBytes } from './write-image.ts';

let root: string;
let store: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'image-'));
  store = await openStore(join(root, 'cache'));
});

afterEach(() => removeFolder(root));

async function makeImage(): Promise<Image> {
  const layer = await createLayer(store, [{ path: '/a', type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 }], {
    createdBy: 'test',
  });
  return setLabels(appendLayers(emptyImage({ os: 'linux', architecture: 'amd64' }), [layer]), { z: '1', a: '2' });
}

async function put(value: unknown): Promise<Digest> {
  const content = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  await putBytes(store, content, digestOf(content));
  return digestOf(content);
}

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

test('the manifest is the compact JSON of Go, with fields in its order', async () => {
  const image = await makeImage();
  const { manifest, configDigest } = await writeImage(store, { ...image, annotations: { b: '&', a: '1' } });
  const config = await readFile(store.blobPath(configDigest));
  const layer = await image.layers[0]?.descriptor();
  expect(manifest.mediaType).toBe(OCI_MANIFEST);
  expect(await readFile(store.blobPath(manifest.digest), 'utf8')).toBe(
    `{"schemaVersion":2,"mediaType":"${OCI_MANIFEST}",` +
      `"config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":${config.length},"digest":"${configDigest}"},` +
      `"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","size":${layer?.size},"digest":"${layer?.digest}"}],` +
      '"annotations":{"a":"1","b":"\\u0026"}}',
  );
});

test('an image of no layers says so', async () => {
  const { manifest } = await writeImage(store, emptyImage({ os: 'linux', architecture: 'amd64' }));
  expect(await readFile(store.blobPath(manifest.digest), 'utf8')).toContain('"layers":[]}');
});

test('what is written is read back, and written again with the same digest', async () => {
  const image = await makeImage();
  const { manifest } = await writeImage(store, image);
  const read = await readImage(store, manifest.digest);
  expect(read.config).toEqual(image.config);
  expect(await read.layers[0]?.descriptor()).toEqual(await image.layers[0]?.descriptor());
  expect((await writeImage(store, read)).manifest).toEqual(manifest);
  expect((await writeImage(store, { ...read })).manifest).toEqual(manifest);
});

test('an image of another tool keeps its bytes until it is changed, and its format after that', async () => {
  const layer = await (await makeImage()).layers[0]?.descriptor();
  const diffId = (await makeImage()).layers[0]?.diffId;
  const config = JSON.stringify(
    { os: 'linux', architecture: 'arm64', rootfs: { type: 'layers', diff_ids: [diffId] }, 'x-unknown': 1 },
    null,
    2,
  );
  const mediaType = 'application/vnd.docker.container.image.v1+json';
  const manifest = {
    mediaType: DOCKER_MANIFEST,
    schemaVersion: 2,
    config: { mediaType, size: config.length, digest: await put(config) },
    layers: [layer],
  };
  const digest = await put(JSON.stringify(manifest, null, 3));
  const image = await readImage(store, digest);
  expect((await writeImage(store, image)).manifest).toMatchObject({ digest, mediaType: DOCKER_MANIFEST });
  const changed = await writeImage(store, setLabels(image, { a: 'b' }));
  expect(changed.manifest.digest).not.toBe(digest);
  expect(changed.manifest.mediaType).toBe(DOCKER_MANIFEST);
  expect(await readFile(store.blobPath(changed.manifest.digest), 'utf8')).toContain(mediaType);
  expect(await readFile(store.blobPath(changed.configDigest), 'utf8')).not.toContain('x-unknown');
});

const SOME = digestOf('some');
const CONFIG = { mediaType: 'x', size: 1, digest: SOME };

test.each([
  ['no JSON', 'nothing of the kind'],
  ['no object', '7'],
  ['an index', { schemaVersion: 2, manifests: [] }],
  ['a manifest without layers', { config: CONFIG }],
  ['a manifest without a configuration', { layers: [] }],
  ['a layer without a digest', { config: CONFIG, layers: [{ mediaType: 'x', size: 1 }] }],
  [
    'a digest that climbs',
    { config: CONFIG, layers: [{ mediaType: 'x', size: 1, digest: 'sha256:../../etc/passwd' }] },
  ],
  ['a size that is no number', { config: { ...CONFIG, size: '1' }, layers: [] }],
])('%s is a fault', async (_, manifest) => {
  await expect(readImage(store, await put(manifest))).rejects.toMatchObject({ code: 'OCI_IMAGE_INVALID' });
});

test.each([
  ['no platform', { rootfs: { diff_ids: [] } }],
  ['a layer too many', { os: 'linux', architecture: 'x', rootfs: { diff_ids: [SOME] } }],
])('a configuration with %s is a fault', async (_, config) => {
  const digest = await put(config);
  await expect(readImage(store, await put({ config: { ...CONFIG, digest }, layers: [] }))).rejects.toMatchObject({
    code: 'OCI_IMAGE_INVALID',
  });
});

test('a missing manifest or configuration is a fault', async () => {
  await expect(readImage(store, SOME)).rejects.toMatchObject({ code: 'OCI_BLOB_MISSING' });
  const { manifest, configDigest } = await writeImage(store, await makeImage());
  await rm(store.blobPath(configDigest));
  await expect(readImage(store, manifest.digest)).rejects.toMatchObject({ code: 'OCI_BLOB_MISSING' });
});

/** An image whose configuration is that of `makeImage` with these fields. */
async function forge(fields: Record<string, unknown>): Promise<Digest> {
  const { manifest, configDigest } = await writeImage(store, await makeImage());
  const parsed = JSON.parse(await readFile(store.blobPath(manifest.digest), 'utf8'));
  const config = JSON.parse(await readFile(store.blobPath(configDigest), 'utf8'));
  return put({ ...parsed, config: { ...parsed.config, digest: await put({ ...config, ...fields }) } });
}

test('what Go writes as null is absent', async () => {
  const digest = await forge({ history: null, config: { Labels: null, Env: null, Entrypoint: null, Volumes: null } });
  const image = await readImage(store, digest);
  expect(image.config.config).toEqual({});
  const changed = setLabels(image, { a: '1' });
  expect((await readImage(store, (await writeImage(store, changed)).manifest.digest)).config.config).toEqual({
    Labels: { a: '1' },
  });
});

test.each([
  { history: {} },
  { history: ['made'] },
  { config: [] },
  { config: { Env: 'PATH=/bin' } },
  { config: { Env: [1] } },
  { config: { Labels: { a: 1 } } },
  { config: { Entrypoint: '/bin/sh' } },
  { rootfs: { diff_ids: 'none' } },
])('a configuration with $history $config $rootfs of a wrong kind is refused', async (fields) => {
  await expect(readImage(store, await forge(fields))).rejects.toMatchObject({ code: 'OCI_IMAGE_INVALID' });
});
