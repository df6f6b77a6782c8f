import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';
import { digestOf, openStore, removeFolder, type Store } from '@dema/store';
import {
  type ContainerRegistry,
  type ContainerRegistryOptions,
  makeFolderImage,
  startContainerRegistry,
  startProxy,
  startServer,
  type TestServer,
} from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Image, openRegistryConnections, parseRegistryName, pullImage, pushImage } from './index.ts';

let root: string;
let store: Store;
let registry: ContainerRegistry;
let storage: TestServer;
let instead: NonNullable<ContainerRegistryOptions['instead']>;

const LOGIN = 'ann:secret';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pitfalls-'));
  store = await openStore(join(root, 'cache'));
  instead = () => undefined;
  storage = await startServer();
  const login = { kind: 'basic' as const, userInfo: LOGIN };
  registry = await startContainerRegistry({ login, instead: (request) => instead(request) });
});

afterEach(async () => {
  await Promise.all([registry.close(), storage.close()]);
  await removeFolder(root);
});

const nameOf = (path: string) => parseRegistryName(`${registry.host}/${path}`);
const options = () => ({
  env: {
    HOME: root,
    CNB_REGISTRY_AUTH: JSON.stringify({ [registry.host]: `Basic ${Buffer.from(LOGIN).toString('base64')}` }),
  },
  retry: { delayMs: 1 },
});
const configDigest = () => JSON.parse(String(registry.manifests.get('shop:1')?.content)).config.digest;
const otherStore = () => openStore(join(root, 'other'));

const makeImage = (...names: string[]) => makeFolderImage(store, names);

const push = async (image: Image | Promise<Image>, path = 'shop:1') => pushImage(nameOf(path), await image, options());

/** Reads an image with all that it has. */
async function pullAll(path = 'shop:1'): Promise<string | undefined> {
  const pulled = await pullImage(await otherStore(), nameOf(path), options());
  for (const layer of pulled?.image.layers ?? []) await buffer(layer.read());
  return pulled?.digest;
}

test.each([301, 302, 303, 307, 308])('what is somewhere else (%s) is read there, without the login', async (status) => {
  const { digest } = await push(makeImage('a'));
  storage.routes['/'] = ({ path }, response) => {
    const key = path.replace('/v2/shop/blobs/', 'shop@').replace('/v2/shop/manifests/', 'shop:');
    response.end(registry.blobs.get(key) ?? registry.manifests.get(key)?.content);
  };
  instead = ({ method, url }) =>
    method === 'GET' && url.pathname !== '/v2/'
      ? { status, headers: { location: `${storage.url}${url.pathname}?key=1` } }
      : undefined;
  expect(await pullAll()).toBe(digest);
  expect(storage.requests.length).toBe(3);
  expect(storage.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined, undefined]);
  expect(storage.requests.map(({ query }) => query)).toEqual(['?key=1', '?key=1', '?key=1']);
  expect(storage.requests[0]?.headers.accept).toContain('vnd.oci.image.manifest');
});

test('a layer is read no further than its manifest says that it is large', async () => {
  await push(makeImage('a'));
  let bytes = 0;
  storage.routes['/'] = (_, response) => {
    const more = () => {
      bytes += 64 * 1024;
      if (!response.closed && bytes < 64 * 1024 * 1024) response.write(Buffer.alloc(64 * 1024), more);
      else response.end();
    };
    more();
  };
  instead = ({ rest, url }) =>
    rest.startsWith('blobs/') && url.pathname !== `/v2/shop/blobs/${configDigest()}`
      ? { status: 307, headers: { location: storage.url } }
      : undefined;
  await expect(pullAll()).rejects.toMatchObject({ code: 'OCI_IMAGE_INVALID' });
  expect(bytes).toBeLessThan(64 * 1024 * 1024);
});

test('a redirect within the registry keeps the login, and one without end is a fault', async () => {
  const { digest } = await push(makeImage('a'));
  instead = ({ url }) =>
    url.pathname.endsWith('/manifests/1') ? { status: 307, headers: { location: `./${digest}` } } : undefined;
  expect(await pullAll()).toBe(digest);
  instead = ({ url }) =>
    url.pathname.includes('/manifests/') ? { status: 307, headers: { location: 'x' } } : undefined;
  await expect(pullAll()).rejects.toMatchObject({ code: 'OCI_REGISTRY_ANSWER_INVALID' });
});

test('an upload goes where the registry says, with the query that it says, without the login', async () => {
  const sent: string[] = [];
  storage.routes['/'] = async ({ method, query }, response) => {
    sent.push(`${method} ${query.replace(/sha256.*/, 'sha256')}`);
    const digest = new URLSearchParams(query).get('digest') ?? '';
    registry.blobs.set(`shop@${digest}`, await buffer(response.req));
    response.writeHead(201).end();
  };
  instead = ({ method, rest }) =>
    method === 'POST' && rest.startsWith('blobs/uploads/')
      ? { status: 202, headers: { location: `${storage.url}/put?token=a%2Fb%20c==&x=` } }
      : undefined;
  const { digest } = await push(makeImage('a'));
  expect(sent).toEqual(Array(2).fill('PUT ?token=a%2Fb%20c==&x=&digest=sha256'));
  expect(storage.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  expect(await pullAll()).toBe(digest);
});

test('an upload that is sent on (307) is sent there again, whole', async () => {
  storage.routes['/'] = async ({ query }, response) => {
    const digest = new URLSearchParams(query).get('digest') ?? '';
    registry.blobs.set(`shop@${digest}`, await buffer(response.req));
    response.writeHead(201).end();
  };
  instead = ({ method, rest, url }) =>
    method === 'PUT' && rest.startsWith('blobs/')
      ? { status: 307, headers: { location: `${storage.url}/${url.search}` } }
      : undefined;
  const { digest } = await push(makeImage('a'));
  expect(await pullAll()).toBe(digest);
});

test.each(['1?state=0', './1?state=0', '/v2/shop/blobs/uploads/1?state=0'])(
  'an upload may have the place %s',
  async (location) => {
    const asked: string[] = [];
    instead = ({ method, rest, url }) => {
      if (method === 'POST') return { status: 202, headers: { location } };
      if (!rest.startsWith('blobs/uploads/')) return undefined;
      asked.push(url.pathname + url.search.replace(/sha256.*/, 'sha256'));
      registry.blobs.set(`shop@${url.searchParams.get('digest')}`, Buffer.alloc(0));
      return { status: 201 };
    };
    await push(makeImage('a'));
    expect(new Set(asked)).toEqual(new Set(['/v2/shop/blobs/uploads/1?state=0&digest=sha256']));
  },
);

test.each([202, 401, 403, 404, 405, 500])('a mount that is answered with %s leads to an upload', async (status) => {
  await push(makeImage('base'), 'base/run:1');
  let mounts = 0;
  instead = ({ method, url }) => {
    if (method !== 'POST' || !url.searchParams.has('mount')) return undefined;
    mounts += 1;
    url.searchParams.delete('mount');
    return status === 202 ? undefined : { status };
  };
  const image = await makeImage('base', 'app');
  const { digest } = await pushImage(nameOf('shop:1'), image, { ...options(), mountFrom: ['base/run'] });
  expect(mounts).toBeGreaterThan(0);
  expect(await pullAll()).toBe(digest);
});

test('a registry need not say the digest of what it sends or takes', async () => {
  const without: typeof instead = ({ method, repository, rest }) => {
    const found = registry.manifests.get(`${repository}:${rest.slice('manifests/'.length)}`);
    if (!found || method === 'PUT') return undefined;
    return { status: 200, body: found.content, headers: { 'content-type': found.type } };
  };
  instead = without;
  const image = await makeImage('a');
  const { digest } = await push(image);
  expect(await pullAll()).toBe(digest);
  const before = registry.requests.length;
  await push(image);
  // It was found out by reading, and nothing was sent.
  expect(registry.requests.slice(before).filter((one) => /^(PUT|POST)/.test(one))).toEqual([]);
});

test('an unchanged image costs one question', async () => {
  const image = await makeImage('a', 'b');
  await push(image);
  const before = registry.requests.length;
  await push(image);
  const asked = registry.requests.slice(before).filter((one) => !one.endsWith(' /v2/'));
  // The first is answered with 401.
  expect(asked).toEqual(['HEAD /v2/shop/manifests/1', 'HEAD /v2/shop/manifests/1']);
});

const COMPLAINTS: [string, string, string[]][] = [
  ['as the specification has it', '{"errors":[{"code":"DENIED","message":"quota","detail":{}}]}', ['DENIED: quota']],
  ['without a message', '{"errors":[{"code":"DENIED"}]}', ['DENIED']],
  ['without a code', '{"errors":[{"message":"quota"}]}', ['quota']],
  ['of another shape', '{"errors":{"a":1}}', []],
  ['with holes', '{"errors":[null]}', []],
  ['as a page', '<html>no</html>', []],
  ['of nothing', '', []],
];

test.each(COMPLAINTS)('a refusal %s is told', async (_, body, details) => {
  instead = ({ method }) => (method === 'POST' ? { status: 403, body: Buffer.from(body) } : undefined);
  await expect(push(makeImage('a'))).rejects.toMatchObject({ code: 'OCI_REGISTRY_REFUSED', details });
});

test.each([
  ['docker', 'oci'],
  ['oci', 'docker'],
])('a manifest of the kind %s with layers of the kind %s is taken, and sent on as it is', async (outer, inner) => {
  const types = {
    oci: {
      manifest: 'application/vnd.oci.image.manifest.v1+json',
      layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
    },
    docker: {
      manifest: 'application/vnd.docker.distribution.manifest.v2+json',
      layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    },
  } as const;
  await push(makeImage('a'));
  const pushed = JSON.parse(String(registry.manifests.get('shop:1')?.content));
  const mediaType = types[outer as keyof typeof types].manifest;
  const layers = pushed.layers.map((layer: object) => ({
    ...layer,
    mediaType: types[inner as keyof typeof types].layer,
  }));
  const content = Buffer.from(JSON.stringify({ ...pushed, mediaType, layers, unknown: true }));
  registry.manifests.set('shop:1', { content, type: mediaType });
  expect(await pullAll()).toBe(digestOf(content));
  const pulled = await pullImage(await otherStore(), nameOf('shop:1'), options());
  if (!pulled) throw new Error('it is there');
  await push(pulled.image, 'shop:2');
  expect(registry.manifests.get('shop:2')).toEqual({ content, type: mediaType });
});

test('a layer may be compressed with zstd, or be one that is not to be passed on', async () => {
  const [layer] = (await makeImage('a')).layers;
  if (!layer) throw new Error('it has a layer');
  const plain = await buffer(layer.read());
  const blob = zstdCompressSync(plain);
  const { digest } = await push(makeImage('a'));
  const pushed = JSON.parse(String(registry.manifests.get('shop:1')?.content));
  const type = 'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd';
  const known = { mediaType: type, digest: digestOf(blob), size: blob.length };
  const content = Buffer.from(JSON.stringify({ ...pushed, layers: [known] }));
  registry.blobs.set(`shop@${digestOf(blob)}`, blob);
  registry.manifests.set('shop:1', { content, type: pushed.mediaType });
  const pulled = await pullImage(await otherStore(), nameOf('shop:1'), options());
  expect(pulled?.digest).not.toBe(digest);
  const [read] = pulled?.image.layers ?? [];
  if (!read) throw new Error('it has a layer');
  expect(await buffer(read.read())).toEqual(plain);
});

test("Docker's own registry has another address than name, and only this machine is spoken to in plain HTTP", async () => {
  const connections = openRegistryConnections(options());
  expect(await connections.findBase('docker.io', false)).toBe('https://registry-1.docker.io');
  expect(await connections.findBase('registry.example', false)).toBe('https://registry.example');
  expect(await connections.findBase(registry.host, false)).toBe(`http://${registry.host}`);
  await connections.close();
});

test('nobody stands between this machine and its own registry, a proxy neither', async () => {
  const proxy = await startProxy();
  const set = { http_proxy: proxy.url, https_proxy: proxy.url, no_proxy: 'elsewhere.example' };
  const env = { ...options().env, ...set };
  expect(await pullImage(store, nameOf('shop:1'), { ...options(), env })).toBeUndefined();
  expect(proxy.seen).toEqual([]);
  await proxy.close();
});

test('an upload begins with a request that says that it is empty', async () => {
  const lengths: unknown[] = [];
  instead = ({ method, headers }) => {
    if (method === 'POST') lengths.push(headers['content-length']);
    return undefined;
  };
  await push(makeImage('a'));
  expect(new Set(lengths)).toEqual(new Set(['0']));
});

test('a manifest without a media type is told by what is in it', async () => {
  const { digest } = await push(makeImage('a'));
  const { mediaType: _, ...manifest } = JSON.parse(String(registry.manifests.get('shop:1')?.content));
  const content = Buffer.from(JSON.stringify(manifest));
  registry.manifests.set('shop:1', { content, type: 'application/octet-stream' });
  expect(await pullAll()).toBe(digestOf(content));
  expect(digestOf(content)).not.toBe(digest);
});
