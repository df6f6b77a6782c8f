import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Digest, digestOf, openStore, removeFolder, type Store } from '@dema/store';
import { type ContainerRegistry, startContainerRegistry } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Descriptor, MEDIA_TYPES } from './descriptor.ts';
import {
  appendLayers,
  createLayer,
  emptyImage,
  type Image,
  parseRegistryName,
  pushContent,
  pushImage,
  readRegistryContent,
  setLabels,
} from './index.ts';

let root: string;
let store: Store;
let [from, to]: ContainerRegistry[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'content-'));
  store = await openStore(join(root, 'store'));
  [from, to] = [await startContainerRegistry(), await startContainerRegistry()];
});

afterEach(async () => {
  await from?.close();
  await to?.close();
  await removeFolder(root);
});

const options = () => ({ env: { HOME: root }, retry: { delayMs: 1 } });
const nameIn = (registry: ContainerRegistry | undefined, name: string) =>
  parseRegistryName(`${registry?.host}/${name}`);
const requestsTo = (registry: ContainerRegistry | undefined, kind: RegExp) =>
  registry?.requests.filter((one) => kind.test(one)) ?? [];

async function imageOf(name: string): Promise<Image> {
  const body = () => [Buffer.from(name)];
  const entry = { path: `/${name}`, type: 'file' as const, mode: 0o644, uid: 0, gid: 0, size: name.length, body };
  const image = emptyImage({ os: 'linux', architecture: 'amd64' });
  return setLabels(appendLayers(image, [await createLayer(store, [entry])]), { name });
}

/** Puts an index over these manifests at the source. */
function putIndex(tag: string, manifests: unknown[]): Digest {
  const content = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests, 'x-note': 'as it is' }));
  const digest = digestOf(content);
  for (const key of [`shop:${tag}`, `shop@${digest}`]) from?.manifests.set(key, { content, type: MEDIA_TYPES.index });
  return digest;
}

/** An image, what a build tool attests of it, and an index inside of the index. */
async function putAll(): Promise<Digest> {
  const [image, attested, inner] = await Promise.all(['image', 'attested', 'inner'].map(imageOf));
  if (!image || !attested || !inner) throw new Error('there are three images');
  const push = (one: Image, tag: string) => pushImage(nameIn(from, `shop:${tag}`), one, options());
  const unknown = { platform: { os: 'unknown', architecture: 'unknown' } };
  const within = putIndex('inner', [await push(inner, 'a')]);
  const named = [await push(image, 'b'), { ...(await push(attested, 'c')), ...unknown }];
  return putIndex('all', [{ mediaType: MEDIA_TYPES.index, digest: within, size: 1 }, ...named]);
}

async function copy(source: string, target: string, registry = to) {
  const content = await readRegistryContent(await openStore(join(root, 'other')), nameIn(from, source), options());
  if (content === undefined) throw new Error('there is nothing');
  const events: string[] = [];
  const onBlob = ({ how }: { how: string }) => events.push(how);
  const mountFrom = registry === from ? ['shop'] : [];
  const { digest } = await pushContent(nameIn(registry, target), content, { ...options(), mountFrom, onBlob });
  return { digest, events };
}

test('an index goes to another registry as it is, with what in it is no image, each manifest behind what it names', async () => {
  const digest = await putAll();
  expect((await copy('shop:all', 'mirror/shop:1')).digest).toBe(digest);
  const digestsIn = (registry: ContainerRegistry | undefined, kind: 'blobs' | 'manifests') =>
    new Set(
      [...(registry?.[kind].keys() ?? [])].filter((key) => key.includes('@')).map((key) => key.replace(/.*@/, '')),
    );
  for (const kind of ['blobs', 'manifests'] as const) expect(digestsIn(to, kind)).toEqual(digestsIn(from, kind));
  expect(to?.manifests.get('mirror/shop:1')).toEqual(from?.manifests.get('shop:all'));
  const order = requestsTo(to, /^PUT .*\/manifests\//).map((one) => one.replace(/.*\//, ''));
  const [inner] = JSON.parse(from?.manifests.get('shop:inner')?.content.toString() ?? '').manifests;
  expect(order.slice(0, 2)).toEqual([inner.digest, digestOf(from?.manifests.get('shop:inner')?.content ?? '')]);
  expect(order.at(-1)).toBe('1');
});

test('only what is not there is fetched, and sent', async () => {
  await putAll();
  await copy('shop:b', 'shop:b');
  const fetched = requestsTo(from, /^GET .*\/blobs\//).length;
  const { events } = await copy('shop:all', 'shop:all');
  expect(events.filter((how) => how === 'there')).toHaveLength(2);
  expect(requestsTo(from, /^GET .*\/blobs\//)).toHaveLength(fetched + 4);
  const before = to?.requests.length ?? 0;
  await copy('shop:all', 'shop:all');
  expect(to?.requests.slice(before).filter((one) => /^(PUT|POST|PATCH)/.test(one))).toEqual([]);
});

test('inside of a registry everything is mounted, and nothing fetched', async () => {
  await putAll();
  const { events } = await copy('shop:all', 'elsewhere:1', from);
  expect(new Set(events)).toEqual(new Set(['mounted']));
  expect(requestsTo(from, /^GET .*\/blobs\//)).toEqual([]);
});

test('what an index names and its registry lacks is told, and nothing is sent', async () => {
  putIndex('broken', [{ mediaType: MEDIA_TYPES.manifest, digest: digestOf('gone'), size: 4 }]);
  await expect(copy('shop:broken', 'shop:1')).rejects.toMatchObject({
    problem: expect.stringContaining(digestOf('gone')),
  });
  expect(to?.requests).toEqual([]);
});

test('an index that names the same over and over is read once, however deep', async () => {
  await pushImage(nameIn(from, 'shop:a'), await imageOf('image'), options());
  let below: Descriptor = {
    mediaType: MEDIA_TYPES.manifest,
    digest: digestOf(from?.manifests.get('shop:a')?.content ?? ''),
    size: 1,
  };
  for (const tag of ['1', '2', '3', '4'])
    below = { mediaType: MEDIA_TYPES.index, digest: putIndex(tag, Array(20).fill(below)), size: 1 };
  const before = from?.requests.length ?? 0;
  const content = await readRegistryContent(store, nameIn(from, 'shop:4'), options());
  expect(content?.manifests).toHaveLength(5);
  expect(from?.requests.slice(before).filter((one) => one.startsWith('GET /v2/shop/'))).toHaveLength(5);
});

test('a kind that can be none is told by what is in it', async () => {
  const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: 'a\r\nb: c', manifests: [] }));
  from?.manifests.set('shop:odd', { content, type: MEDIA_TYPES.index });
  const read = await readRegistryContent(store, nameIn(from, 'shop:odd'), options());
  expect(read?.descriptor.mediaType).toBe(MEDIA_TYPES.index);
});
