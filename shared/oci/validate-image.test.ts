import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Digest, digestOf, openStore, removeFolder, type Store } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  appendLayers,
  createLayer,
  type Descriptor,
  emptyImage,
  type ImageConfig,
  validateImage,
  writeImage,
} from './index.ts';
import { putBytes } from './write-image.ts';

let root: string;
let store: Store;
let manifest: Digest;
let layer: Descriptor;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'validate-'));
  store = await openStore(join(root, 'cache'));
  const made = await createLayer(store, [], { createdBy: 'test' });
  layer = await made.descriptor();
  manifest = (await writeImage(store, appendLayers(emptyImage({ os: 'linux', architecture: 'amd64' }), [made])))
    .manifest.digest;
});

afterEach(() => removeFolder(root));

async function put(value: unknown): Promise<{ digest: Digest; size: number }> {
  const content = Buffer.from(JSON.stringify(value));
  await putBytes(store, content, digestOf(content));
  return { digest: digestOf(content), size: content.length };
}

/** The image with another configuration or another layer in its manifest. */
async function forge(change: (config: ImageConfig) => object, layers: Descriptor[] = [layer]): Promise<Digest> {
  const parsed = JSON.parse(await readFile(store.blobPath(manifest), 'utf8'));
  const config = JSON.parse(await readFile(store.blobPath(parsed.config.digest), 'utf8'));
  return (await put({ ...parsed, config: { ...parsed.config, ...(await put(change(config))) }, layers })).digest;
}

test('a sound image has no problems', async () => {
  expect(await validateImage(store, manifest)).toEqual([]);
});

test('wrong sizes, digests and diffIDs are named', async () => {
  const same = (config: ImageConfig) => config;
  expect(await validateImage(store, await forge(same, [{ ...layer, size: 7 }]))).toEqual([
    `layer 0: size ${layer.size}, not 7`,
  ]);
  const wrong = { type: 'layers', diff_ids: [digestOf('x')] };
  expect(await validateImage(store, await forge((config) => ({ ...config, rootfs: wrong })))).toEqual([
    expect.stringMatching(/^layer 0: diffID .*, not sha256:/),
  ]);
  expect(await validateImage(store, await forge(same, []))).toEqual([
    '1 diffIDs for 0 layers',
    'history of 1 layers for 0',
  ]);
});

test('missing and changed blobs are named', async () => {
  await writeFile(store.blobPath(layer.digest), Buffer.alloc(layer.size));
  expect(await validateImage(store, manifest)).toEqual([expect.stringMatching(/^layer 0: digest .*, not /)]);
  await rm(store.blobPath(layer.digest));
  expect(await validateImage(store, manifest)).toEqual([`layer 0: blob ${layer.digest} is missing`]);
  await writeFile(store.blobPath(manifest), '{}');
  expect(await validateImage(store, manifest)).toEqual([expect.stringMatching(/^manifest .* has the digest/)]);
});
