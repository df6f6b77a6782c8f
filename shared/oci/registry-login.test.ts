import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, removeFolder, type Store } from '@dema/store';
import {
  type ContainerRegistry,
  type ContainerRegistryOptions,
  makeFolderImage,
  startContainerRegistry,
} from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseRegistryName, pullImage, pushImage } from './index.ts';
import { parseChallenges } from './registry-challenge.ts';

let home: string;
let store: Store;
let registry: ContainerRegistry;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'login-'));
  store = await openStore(join(home, 'cache'));
});

afterEach(async () => {
  await registry.close();
  await removeFolder(home);
});

const LOGIN = { kind: 'bearer', userInfo: 'ann:secret', identityToken: 'identity' } as const;

async function start(options: ContainerRegistryOptions = {}): Promise<ContainerRegistry> {
  registry = await startContainerRegistry({ login: LOGIN, ...options });
  return registry;
}

/** What CNB_REGISTRY_AUTH says, or a configuration of Docker. */
async function withConfig(config: object): Promise<Record<string, string>> {
  await writeFile(join(home, 'config.json'), JSON.stringify(config));
  return { HOME: home, DOCKER_CONFIG: home };
}

const basic = Buffer.from(LOGIN.userInfo).toString('base64');
const withUser = () => withConfig({ auths: { [registry.host]: { auth: basic } } });
const tokens = () => registry.requests.filter((one) => one.endsWith(' /token'));

const makeImage = (...names: string[]) => makeFolderImage(store, names);

async function push(env: Record<string, string>, path = 'shop:1', mountFrom: string[] = []): Promise<string> {
  const name = parseRegistryName(`${registry.host}/${path}`);
  return (await pushImage(name, await makeImage('a', 'b'), { env, mountFrom, retry: { delayMs: 1 } })).digest;
}

const pull = (env: Record<string, string>, path = 'shop:1') =>
  pullImage(store, parseRegistryName(`${registry.host}/${path}`), { env, retry: { delayMs: 1 } });

test.each<[string, object]>([
  ['a user in one field', { auth: basic }],
  ['a user in two fields', { username: 'ann', password: 'secret' }],
  ['an identity token', { identitytoken: 'identity' }],
])('%s gives a token, once for a whole image', async (_, entry) => {
  await start();
  const env = await withConfig({ auths: { [registry.host]: entry } });
  const digest = await push(env);
  expect(tokens().length).toBe(1);
  expect((await pull(env))?.digest).toBe(digest);
});

test('a token that the configuration has is sent as it is', async () => {
  const seen: unknown[] = [];
  await start({
    login: undefined,
    instead({ headers }) {
      seen.push(headers.authorization);
      return headers.authorization
        ? undefined
        : { status: 401, headers: { 'www-authenticate': 'Bearer realm="https://x/t"' } };
    },
  });
  await pull(await withConfig({ auths: { [registry.host]: { registrytoken: 'given' } } }));
  expect(seen.at(-1)).toBe('Bearer given');
});

test.each([
  ['POST', { auth: basic }],
  ['GET', { identitytoken: 'identity' }],
])('a server of tokens that knows %s alone is asked in that way', async (known, entry) => {
  const asked: string[] = [];
  await start({
    instead({ url, method }) {
      if (url.pathname !== '/token') return undefined;
      asked.push(method);
      return method === known ? { status: 200, body: Buffer.from('{"access_token":"token"}') } : { status: 404 };
    },
  });
  await pull(await withConfig({ auths: { [registry.host]: entry } })).catch(() => undefined);
  expect(asked.slice(0, 2)).toEqual([known === 'POST' ? 'GET' : 'POST', known]);
});

test('a host in capitals, as one with the port that everybody has, gets the login too', async () => {
  const { host } = await start();
  await push(await withUser());
  const capitals = host.replace('127.0.0.1', 'LOCALHOST');
  const env = await withConfig({ auths: { [capitals]: { auth: basic } } });
  const name = parseRegistryName(`${capitals}/shop:1`);
  expect(await pullImage(store, name, { env, isInsecure: true, retry: { delayMs: 1 } })).toBeDefined();
});

test('a token that has expired is fetched again, once for all who work', async () => {
  await start({ login: { ...LOGIN, tokenUses: 3 } });
  const digest = await push(await withUser());
  expect(registry.manifests.has(`shop@${digest}`)).toBe(true);
  expect(tokens().length).toBeGreaterThan(1);
});

test('scopes that turn out to be missing are asked for (insufficient_scope)', async () => {
  await start({
    instead({ rest, headers, url }) {
      if (!rest.startsWith('manifests/') || headers.authorization !== 'Bearer token-0') return undefined;
      const challenge = `Bearer realm="${url.origin}/token",service="tests",scope="repository:shop:pull registry:more:*",error="insufficient_scope"`;
      return { status: 403, headers: { 'www-authenticate': challenge } };
    },
  });
  const digest = await push(await withUser());
  expect(registry.manifests.has(`shop@${digest}`)).toBe(true);
  expect(tokens().length).toBe(2);
});

test('a mount asks for a token that may read the other repository, and does without where it may not', async () => {
  await start();
  await push(await withUser(), 'base/run:1');
  const before = registry.requests.length;
  await push(await withUser(), 'shop:1', ['base/run']);
  expect(registry.requests.slice(before).filter((one) => one.startsWith('PUT') && one.includes('blobs'))).toEqual([]);
  await registry.close();
  await start({
    instead: ({ url }) =>
      url.searchParams.getAll('scope').some((scope) => scope.includes('base/run')) ? { status: 403 } : undefined,
  });
  const digest = await push(await withUser(), 'shop:1', ['base/run']);
  expect(registry.manifests.has(`shop@${digest}`)).toBe(true);
});

test.each([
  [401, 'user', /refuses the credentials/],
  [503, 'platform', /answers 503/],
  [200, 'user', /no token/],
])('a server of tokens that answers %s is told as that', async (status, blame, problem) => {
  await start({ instead: ({ url }) => (url.pathname === '/token' ? { status } : undefined) });
  await expect(pull(await withUser())).rejects.toMatchObject({
    code: 'OCI_REGISTRY_LOGIN_FAILED',
    blame,
    problem: expect.stringMatching(problem),
  });
});

test('an image for everybody needs no login, but a token', async () => {
  await start();
  const digest = await push(await withUser());
  const anonymous = Buffer.from('{"token":"token-0"}');
  await registry.close();
  const { manifests, blobs } = registry;
  await start({
    instead: ({ url, headers }) => {
      if (url.pathname === '/token') return { status: headers.authorization ? 401 : 200, body: anonymous };
      const [kept] = [manifests.get('shop:1')].filter(() => url.pathname.endsWith('/manifests/1'));
      const blob = blobs.get(url.pathname.replace('/v2/shop/blobs/', 'shop@'));
      const body = headers.authorization === 'Bearer token-0' ? (kept?.content ?? blob) : undefined;
      return body && { status: 200, body };
    },
  });
  expect((await pull({ HOME: home }))?.digest).toBe(digest);
});

test.each<[string, object[]]>([
  ['Basic realm="a"', [{ scheme: 'basic', fields: { realm: 'a' } }]],
  ['Basic', [{ scheme: 'basic', fields: {} }]],
  [
    'Bearer realm="https://a/t",service=b , scope="x:y:pull,push z:w:pull"',
    [{ scheme: 'bearer', fields: { realm: 'https://a/t', service: 'b', scope: 'x:y:pull,push z:w:pull' } }],
  ],
  [
    'Negotiate, Basic realm="a, b=\\"c\\"", Bearer realm="d"',
    [
      { scheme: 'basic', fields: { realm: 'a, b="c"' } },
      { scheme: 'bearer', fields: { realm: 'd' } },
    ],
  ],
  ['', []],
])('%s is taken apart', (header, challenges) => {
  expect(parseChallenges(header)).toEqual(challenges);
});
