import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { digestOf, openStore, removeFolder, type Store } from '@dema/store';
import {
  type ContainerRegistry,
  type ContainerRegistryOptions,
  makeFolderImage,
  type RegistryReply,
  refuse,
  startContainerRegistry,
} from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  appendLayers,
  createIndex,
  createLayer,
  emptyImage,
  type Image,
  type PushOptions,
  parseRegistryName,
  pullImage,
  pushImage,
} from './index.ts';

let root: string;
let store: Store;
let registry: ContainerRegistry;
let instead: NonNullable<ContainerRegistryOptions['instead']>;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'retries-'));
  store = await openStore(join(root, 'cache'));
  instead = () => undefined;
  registry = await startContainerRegistry({ instead: (request) => instead(request) });
});

afterEach(async () => {
  await registry.close();
  await removeFolder(root);
});

const BROKEN = { status: 0, isBroken: true };
const nameOf = (path: string) => parseRegistryName(`${registry.host}/${path}`);
const options = () => ({ env: { HOME: root }, retry: { delayMs: 1 } });
const push = (image: Image, more: Partial<PushOptions> = {}) =>
  pushImage(nameOf('shop:1'), image, { ...options(), ...more });

const makeImage = (...names: string[]) => makeFolderImage(store, names);

async function makeLargeImage(): Promise<Image> {
  const numbers = Array.from({ length: 30_000 }, (_, index) => digestOf(`${index}`).slice(7));
  const content = Buffer.from(numbers.join(''), 'hex');
  const file = { path: '/large', type: 'file', mode: 0o644, uid: 0, gid: 0, size: content.length } as const;
  const layer = await createLayer(store, [{ ...file, body: () => [content] }]);
  return appendLayers(emptyImage({ os: 'linux', architecture: 'amd64' }), [layer]);
}

/** Pulls the image into a store of its own, and reads its first layer. */
async function pullAll(): Promise<Buffer> {
  const other = await openStore(join(root, `other-${registry.requests.length}`));
  const pulled = await pullImage(other, nameOf('shop:1'), options());
  return readFirst(pulled?.image);
}

async function readFirst(image: Image | undefined): Promise<Buffer> {
  const [layer] = image?.layers ?? [];
  if (layer === undefined) throw new Error('it has no layer');
  return buffer(layer.read());
}

/** Every request gives trouble before it goes well, each of these in turn. */
function eachFirst(...replies: RegistryReply[]): typeof instead {
  const counts = new Map<string, number>();
  return ({ method, url }) => {
    const key = `${method} ${url.pathname.replace(/uploads\/.*/, 'uploads')}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return url.pathname === '/v2/' ? undefined : replies[count];
  };
}

test.each([408, 429, 499, 500, 502, 503, 504, 522])(
  'each kind of request that is answered with %s is made again',
  async (status) => {
    const image = await makeImage('a');
    instead = eachFirst({ status, headers: { 'retry-after': '0' } });
    const { digest } = await push(image);
    expect(registry.manifests.has(`shop@${digest}`)).toBe(true);
    instead = eachFirst({ status, headers: { 'retry-after': '0' } });
    expect(await pullAll()).toEqual(await readFirst(image));
  },
);

test('each kind of request is made again when the connection ends, once in its middle', async () => {
  const image = await makeImage('a');
  instead = eachFirst(BROKEN, { status: 0, breaksAfter: 10 });
  const { digest } = await push(image);
  expect(registry.manifests.has(`shop@${digest}`)).toBe(true);
  instead = eachFirst(BROKEN, BROKEN);
  expect(await pullAll()).toEqual(await readFirst(image));
});

test.each([true, false])('what is read goes on where it broke off (ranges: %s)', async (hasRanges) => {
  // More than is read ahead, so that some of it has been used when the connection ends.
  const image = await makeLargeImage();
  await push(image);
  const ranges: number[] = [];
  const seen = new Set<string>();
  instead = ({ method, repository, rest, headers: { range = '' } }) => {
    const body = registry.blobs.get(`${repository}@${rest.slice('blobs/'.length)}`);
    if (method !== 'GET' || body === undefined) return undefined;
    const isFirst = !seen.has(rest);
    seen.add(rest);
    const from = Number(/^bytes=(\d+)-$/.exec(range)?.[1] ?? 0);
    if (range) ranges.push(from);
    const wanted = body.subarray(hasRanges ? from : 0);
    const headers = { 'content-length': String(wanted.length) };
    const sent = isFirst ? wanted.subarray(0, wanted.length - 10) : wanted;
    return { status: range && hasRanges ? 206 : 200, body: sent, headers, isBroken: isFirst };
  };
  expect(await pullAll()).toEqual(await readFirst(image));
  expect(Math.max(...ranges)).toBeGreaterThan(0);
});

test.each(['POST', 'PUT'])('a %s that is refused is not asked for again', async (refused) => {
  instead = ({ method }) => (method === refused ? refuse(403, 'DENIED') : undefined);
  await expect(push(await makeImage('a'))).rejects.toMatchObject({
    code: 'OCI_REGISTRY_REFUSED',
    details: ['DENIED: no'],
    fix: expect.stringContaining('docker login'),
  });
  expect(registry.requests.filter((one) => one.startsWith(refused)).length).toBe(1);
});

test('a registry that is not there is told as one, with advice for registries', async () => {
  const name = nameOf('shop:1');
  await registry.close();
  const fault = { code: 'OCI_REGISTRY_UNREACHABLE', fix: expect.stringContaining('--insecure-registry') };
  await expect(pullImage(store, name, options())).rejects.toMatchObject(fault);
  await expect(pushImage(name, await makeImage('a'), options())).rejects.toMatchObject(fault);
});

test('a layer that something else removes while an image is pushed is sent again', async () => {
  const image = await makeImage('a', 'b');
  await push(image);
  const gone = (await image.layers[0]?.descriptor())?.digest;
  let isGone = false;
  instead = ({ method, rest }) => {
    if (method !== 'PUT' || !rest.startsWith('manifests/') || isGone) return undefined;
    isGone = true;
    registry.blobs.delete(`shop@${gone}`);
    return undefined;
  };
  const changed = { ...image, annotations: { a: 'b' } };
  const { digest } = await push(changed);
  expect(registry.blobs.has(`shop@${gone}`)).toBe(true);
  expect(registry.manifests.get('shop:1')).toEqual(registry.manifests.get(`shop@${digest}`));
});

test('what the image was said to have in the repository is looked for when the registry misses it', async () => {
  const image = await makeImage('a');
  const { digest } = await push(image, { whereIs: () => 'there' });
  expect(registry.manifests.has(`shop@${digest}`)).toBe(true);
});

test('a tag whose answer is lost is not written twice', async () => {
  let count = 0;
  instead = async ({ method, rest, headers, body }) => {
    if (method !== 'PUT' || rest !== 'manifests/1') return undefined;
    count += 1;
    registry.manifests.set('shop:1', { content: await buffer(body), type: headers['content-type'] ?? '' });
    return BROKEN;
  };
  const { digest } = await push(await makeImage('a'));
  expect(count).toBe(1);
  expect((await pullImage(store, nameOf('shop:1'), options()))?.digest).toBe(digest);
});

test('a tag that somebody else writes meanwhile stays theirs', async () => {
  const before = await push(await makeImage('a'));
  const theirs = await pushImage(nameOf('shop:2'), await makeImage('b'), options());
  instead = ({ method, rest }) => {
    if (method !== 'PUT' || rest !== 'manifests/1') return undefined;
    registry.manifests.set('shop:1', registry.manifests.get('shop:2') ?? { content: Buffer.alloc(0), type: '' });
    return BROKEN;
  };
  await expect(push(await makeImage('c'))).rejects.toMatchObject({ code: 'OCI_REGISTRY_TAG_TAKEN' });
  expect(before.digest).not.toBe(theirs.digest);
  expect((await pullImage(store, nameOf('shop:1'), options()))?.digest).toBe(theirs.digest);
});

test('a layer, and an image of an index, that the registry has lost is told as that', async () => {
  await push(await makeImage('a'));
  const { layers = [] } =
    (await pullImage(await openStore(join(root, 'other')), nameOf('shop:1'), options()))?.image ?? {};
  registry.blobs.clear();
  await expect(layers[0]?.tree()).rejects.toMatchObject({ code: 'OCI_REGISTRY_INCOMPLETE' });
  await expect(pullImage(store, nameOf('shop:1'), options())).rejects.toMatchObject({
    code: 'OCI_REGISTRY_INCOMPLETE',
  });
});

test('a tag that stands for an index by now is not replaced by an image', async () => {
  const before = await push(await makeImage('a'));
  const theirs = createIndex([await makeImage('b')]);
  await pushImage(nameOf('shop:1'), theirs, options());
  // Many a registry has nothing under a tag for those who do not accept what it is.
  instead = ({ rest, method, headers }) => {
    const found = rest === 'manifests/1' && method !== 'PUT' ? registry.manifests.get('shop:1') : undefined;
    return found && !headers.accept?.includes(found.type) ? refuse(404, 'MANIFEST_UNKNOWN') : undefined;
  };
  const pushed = push(await makeImage('c'), { replaces: before.digest });
  await expect(pushed).rejects.toMatchObject({ code: 'OCI_REGISTRY_TAG_TAKEN' });
});
