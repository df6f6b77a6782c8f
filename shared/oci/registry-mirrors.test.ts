import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openStore, removeFolder, type Store } from '@dema/store';
import { type ContainerRegistry, createCertificateAuthority, startContainerRegistry } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendLayers, createLayer, emptyImage, parseRegistryName, pullImage, pushImage } from './index.ts';
import { isInsecureHere } from './insecure-registries.ts';
import { findPullSources } from './pull-sources.ts';
import { readRegistryConfiguration } from './registry-configuration.ts';

let root: string;
let store: Store;
let origin: ContainerRegistry;
let mirror: ContainerRegistry;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mirrors-'));
  store = await openStore(join(root, 'cache'));
  [origin, mirror] = await Promise.all([startContainerRegistry(), startContainerRegistry()]);
});

afterEach(async () => {
  await Promise.all([origin.close(), mirror.close()]);
  await removeFolder(root);
});

type Environment = Record<string, string>;

async function pathsOf(text: string, more: Environment): Promise<string[]> {
  const env = { HOME: root, ...more };
  const sources = findPullSources(parseRegistryName(text), env, await readRegistryConfiguration(env));
  return sources.map(({ host, repository, isInsecure }) => `${isInsecure ? 'http://' : ''}${host}/${repository}`);
}

async function writeConf(text: string): Promise<Environment> {
  await writeFile(join(root, 'registries.conf'), text);
  return { CONTAINERS_REGISTRIES_CONF: join(root, 'registries.conf') };
}

test.each<[string, string, Environment, string[]]>([
  ['nothing', 'r.example/shop:1', {}, []],
  [
    'one for all hosts',
    'r.example/shop:1',
    { DEMA_REGISTRY_MIRROR: 'https://m.example/{originalHost}/' },
    ['m.example/r.example/shop'],
  ],
  [
    'one for a host',
    'my-r.example:5000/shop',
    { DEMA_REGISTRY_MIRROR_MY__R_EXAMPLE_5000: 'http://m.example' },
    ['http://m.example/shop'],
  ],
  [
    'a host before all',
    'docker.io/shop',
    { DEMA_REGISTRY_MIRROR: 'a.example', DEMA_REGISTRY_MIRROR_DOCKER_IO: 'm.example/hub' },
    ['m.example/hub/library/shop'],
  ],
  [
    'several',
    'r.example/shop:1',
    { DEMA_REGISTRY_MIRROR: 'a.example:80, b.example' },
    ['a.example:80/shop', 'b.example/shop'],
  ],
])('mirrors in variables: %s', async (_, name, env, mirrors) => {
  const { host, repository } = parseRegistryName(name);
  const none = { CONTAINERS_REGISTRIES_CONF: join(root, 'none') };
  expect(await pathsOf(name, { ...none, ...env })).toEqual([...mirrors, `${host}/${repository}`]);
});

const CONF = `
unqualified-search-registries = ["docker.io"]
[[registry]]
prefix = "docker.io"
location = "docker.io"
[[registry.mirror]]
location = "m.example/hub"
[[registry.mirror]]
location = "digests.example"
insecure = true
pull-from-mirror = "digest-only"
[[registry]]
location = "r.example/team"
insecure = true
mirror-by-digest-only = true
[[registry.mirror]]
location = "m.example/team"
[[registry]]
prefix = "*.old.example"
location = "new.example/old"
[[registry]]
location = "bad.example"
blocked = true
`;
const DIGEST = `sha256:${'a'.repeat(64)}`;

test.each([
  ['docker.io/shop:1', ['m.example/hub/library/shop', 'docker.io/library/shop']],
  [
    `docker.io/shop@${DIGEST}`,
    ['m.example/hub/library/shop', 'http://digests.example/library/shop', 'docker.io/library/shop'],
  ],
  ['r.example/team/shop:1', ['http://r.example/team/shop']],
  [`r.example/team/shop@${DIGEST}`, ['m.example/team/shop', 'http://r.example/team/shop']],
  ['r.example/teams/shop:1', ['r.example/teams/shop']],
  ['a.old.example/shop:1', ['new.example/old/shop']],
])('registries.conf is followed for %s', async (name, sources) => {
  expect(await pathsOf(name, await writeConf(CONF))).toEqual(sources);
});

test('registries.conf may block a registry, and what it, or a variable, says must be an address', async () => {
  await expect(pathsOf('bad.example/shop', await writeConf(CONF))).rejects.toMatchObject({
    code: 'OCI_REGISTRY_BLOCKED',
  });
  await expect(pathsOf('r.example/shop', { DEMA_REGISTRY_MIRROR: 'ftp://m' })).rejects.toMatchObject({
    code: 'OCI_MIRROR_INVALID',
  });
  const odd = await writeConf('[[registry]]\nlocation = "r.example"\n[[registry.mirror]]\nlocation = "http://a b"\n');
  await expect(pathsOf('r.example/shop', odd)).rejects.toMatchObject({ code: 'OCI_MIRROR_INVALID' });
});

test("files of the user go before the machine's, and the mirrors of Docker's daemon are for its own registry", async () => {
  const config = join(root, 'config');
  await mkdir(join(config, 'containers/registries.conf.d'), { recursive: true });
  await mkdir(join(config, 'docker'));
  await writeFile(join(config, 'docker/daemon.json'), '{"registry-mirrors": ["https://hub.example/"]}');
  const env = { XDG_CONFIG_HOME: config };
  expect(await pathsOf('docker.io/shop', env)).toEqual(['hub.example/library/shop', 'docker.io/library/shop']);
  expect(await pathsOf('r.example/shop', env)).toEqual(['r.example/shop']);
  const entry = (to: string) => `[[registry]]\nlocation = "r.example"\n[[registry.mirror]]\nlocation = "${to}"\n`;
  await writeFile(join(config, 'containers/registries.conf'), entry('one.example'));
  await writeFile(join(config, 'containers/registries.conf.d/50-more.conf'), entry('two.example'));
  expect(await pathsOf('r.example/shop', env)).toEqual(['two.example/shop', 'r.example/shop']);
});

async function pushTo({ host }: ContainerRegistry, name: string): Promise<string> {
  const layer = await createLayer(store, [{ path: '/a', type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 }]);
  const image = appendLayers(emptyImage({ os: 'linux', architecture: 'amd64' }), [layer]);
  return (await pushImage(parseRegistryName(`${host}/${name}`), image, { env: { HOME: root } })).digest;
}

/** Pulls from the origin with its mirror set, and reads a layer. */
async function pull(name = 'shop:1'): Promise<string | undefined> {
  const other = await openStore(join(root, `other-${origin.requests.length}`));
  const env = { HOME: root, DEMA_REGISTRY_MIRROR: `http://${mirror.host}/mirrored` };
  const pulled = await pullImage(other, parseRegistryName(`${origin.host}/${name}`), { env, retry: { delayMs: 1 } });
  for (const layer of pulled?.image.layers ?? []) await buffer(layer.read());
  return pulled?.digest;
}

test('what a mirror has is not asked of the origin', async () => {
  const digest = await pushTo(mirror, 'mirrored/shop:1');
  expect(await pull()).toBe(digest);
  expect(origin.requests).toEqual([]);
});

test.each<[string, () => Promise<unknown> | unknown]>([
  ['has nothing', () => undefined],
  ['is not there', () => mirror.close()],
  [
    'lacks a layer',
    async () => {
      await pushTo(mirror, 'mirrored/shop:1');
      for (const [key, content] of mirror.blobs) if (!String(content).startsWith('{')) mirror.blobs.delete(key);
    },
  ],
  [
    'holds something else',
    async () => {
      await pushTo(mirror, 'mirrored/shop:1');
      for (const key of mirror.blobs.keys()) mirror.blobs.set(key, Buffer.from('forged'));
    },
  ],
])('where a mirror %s the origin is asked', async (_, spoil) => {
  const digest = await pushTo(origin, 'shop:1');
  await spoil();
  expect(await pull()).toBe(digest);
});

test('pushes never go to a mirror', async () => {
  const env = { HOME: root, DEMA_REGISTRY_MIRROR: `http://${mirror.host}` };
  const image = emptyImage({ os: 'linux', architecture: 'amd64' });
  await pushImage(parseRegistryName(`${origin.host}/shop:1`), image, { env });
  expect(mirror.requests).toEqual([]);
  expect(origin.manifests.size).toBe(2);
});

test.each([
  ['registries.conf', '[[registry]]\nlocation = "r.example/lan"\ninsecure = true\n', '{}', ['r.example/lan/shop']],
  ['another place', '[[registry]]\nprefix = "r.example"\nlocation = "s.example"\ninsecure = true\n', '{}', []],
  [
    'daemon.json',
    '',
    '{"insecure-registries":["r.example:5000","10.1.0.0/16","x/99"]}',
    ['r.example:5000/a', '10.1.2.3:80/a'],
  ],
  ['nothing', '', '{"insecure-registries":"r.example"}', []],
])('what may be insecure is said in %s', async (_, conf, daemon, insecure) => {
  const config = join(root, 'config');
  await mkdir(join(config, 'docker'), { recursive: true });
  await writeFile(join(config, 'docker/daemon.json'), daemon);
  const env = { HOME: root, XDG_CONFIG_HOME: config, ...(await writeConf(conf)) };
  const names = ['r.example/lan/shop', 'r.example/other', 'r.example:5000/a', '10.1.2.3:80/a', '10.2.2.3:80/a'];
  const configuration = await readRegistryConfiguration(env);
  expect(names.filter((name) => isInsecureHere(parseRegistryName(name), configuration))).toEqual(insecure);
});

test('a registry with a certificate of nobody is written to where the machine calls it insecure', async () => {
  const running = await startContainerRegistry({ tls: createCertificateAuthority().issue(['127.0.0.1']) });
  const env = { HOME: root, ...(await writeConf(`[[registry]]\nlocation = "${running.host}"\ninsecure = true\n`)) };
  const image = emptyImage({ os: 'linux', architecture: 'amd64' });
  await pushImage(parseRegistryName(`${running.host}/shop:1`), image, { env });
  expect(running.manifests.size).toBe(2);
  await running.close();
});
