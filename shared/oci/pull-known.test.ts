import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearStore, openStore, removeFolder, type Store } from '@dema/store';
import { type ContainerRegistry, startContainerRegistry } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  appendLayers,
  createIndex,
  createLayer,
  emptyImage,
  type Image,
  parseRegistryName,
  pullKnown,
  pushImage,
  type RegistryOptions,
  setLabels,
} from './index.ts';

const OPTIONS: RegistryOptions = { env: {} };
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;

let root: string;
let store: Store;
let registry: ContainerRegistry;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pull-known-'));
  store = await openStore(join(root, 'cache'));
  registry = await startContainerRegistry();
});

afterEach(async () => {
  await registry.close();
  await removeFolder(root);
});

async function makeImage(label: string, architecture = ARCHITECTURE): Promise<Image> {
  const body = () => [Buffer.from(label)];
  const entry = { path: 'a', type: 'file' as const, mode: 0o644, uid: 0, gid: 0, size: label.length, body };
  const layer = await createLayer(await openStore(join(root, 'made')), [entry]);
  return setLabels(appendLayers(emptyImage({ os: 'linux', architecture }), [layer]), { label });
}

const nameOf = (reference: string) => parseRegistryName(`${registry.host}/acme/app${reference}`);

async function push(image: Image | ReturnType<typeof createIndex>): Promise<string> {
  const { digest } = await pushImage(nameOf(':1'), image, OPTIONS);
  registry.requests.length = 0;
  return digest;
}

/** Without the question by which a registry of this machine is found to speak plain HTTP. */
const askedOfImages = () => registry.requests.filter((one) => one !== 'GET /v2/');

const labelOf = (pulled: { image: Image } | undefined) => pulled?.image.config.config?.Labels?.label;

test('an image that is known costs one HEAD, and one that moved is fetched', async () => {
  await push(await makeImage('one'));
  expect(labelOf(await pullKnown(store, nameOf(':1'), OPTIONS, 'always'))).toBe('one');
  registry.requests.length = 0;
  const again = await pullKnown(store, nameOf(':1'), OPTIONS, 'always');
  expect(labelOf(again)).toBe('one');
  expect(askedOfImages()).toEqual(['HEAD /v2/acme/app/manifests/1']);
  await push(await makeImage('two'));
  expect(labelOf(await pullKnown(store, nameOf(':1'), OPTIONS, 'if-not-present'))).toBe('one');
  expect(labelOf(await pullKnown(store, nameOf(':1'), OPTIONS, 'never'))).toBe('one');
  expect(registry.requests).toEqual([]);
  expect(labelOf(await pullKnown(store, nameOf(':1'), OPTIONS, 'always'))).toBe('two');
});

test('its layers are still fetched when they are read', async () => {
  await push(await makeImage('one'));
  await pullKnown(store, nameOf(':1'), OPTIONS, 'always');
  const known = await pullKnown(store, nameOf(':1'), OPTIONS, 'never');
  const pieces: Uint8Array[] = [];
  for await (const piece of known?.image.layers[0]?.read() ?? []) pieces.push(piece);
  expect(Buffer.concat(pieces).toString()).toContain('one');
});

test('of an index the image for this machine is known, by the digest of the index', async () => {
  const named = await push(createIndex([await makeImage('other', 's390x'), await makeImage('own')]));
  const first = await pullKnown(store, nameOf(':1'), OPTIONS, 'always');
  expect(labelOf(first)).toBe('own');
  expect(first?.named).toBe(named);
  registry.requests.length = 0;
  expect(labelOf(await pullKnown(store, nameOf(':1'), OPTIONS, 'always'))).toBe('own');
  expect(askedOfImages()).toEqual(['HEAD /v2/acme/app/manifests/1']);
});

test('a name with a digest is asked for once', async () => {
  const digest = await push(await makeImage('one'));
  await pullKnown(store, nameOf(`@${digest}`), OPTIONS, 'always');
  registry.requests.length = 0;
  expect(labelOf(await pullKnown(store, nameOf(`@${digest}`), OPTIONS, 'always'))).toBe('one');
  expect(registry.requests).toEqual([]);
});

test('what is gone is gone: of the registry, and of the store', async () => {
  await push(await makeImage('one'));
  await pullKnown(store, nameOf(':1'), OPTIONS, 'always');
  registry.manifests.clear();
  expect(await pullKnown(store, nameOf(':1'), OPTIONS, 'always')).toBeUndefined();
  await clearStore(store.root);
  expect(await pullKnown(store, nameOf(':1'), OPTIONS, 'never')).toBeUndefined();
});
