import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openStore, removeFolder, type Store } from '@dema/store';
import {
  type ContainerRegistry,
  content,
  createCertificateAuthority,
  makeFolderImage,
  startContainerRegistry,
  startServer,
  status,
} from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRegistryConnections, parseRegistryName, pullImage, pushImage, setLabels } from './index.ts';

let root: string;
let store: Store;
let registry: ContainerRegistry | undefined;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'registry-'));
  store = await openStore(join(root, 'cache'));
});

afterEach(async () => {
  await registry?.close();
  registry = undefined;
  await removeFolder(root);
});

async function start(options?: Parameters<typeof startContainerRegistry>[0]): Promise<ContainerRegistry> {
  registry = await startContainerRegistry(options);
  return registry;
}

/** Nothing of this machine's own configuration. */
const env = (more: Record<string, string> = {}) => ({ HOME: root, PATH: process.env.PATH, ...more });
const nameIn = ({ host }: ContainerRegistry, path: string) => parseRegistryName(`${host}/${path}`);

const makeImage = (...names: string[]) => makeFolderImage(store, names);

test('what was pushed is pulled, with the same digest, layers when they are read', async () => {
  const running = await start();
  const image = await makeImage('a', 'b');
  const { digest } = await pushImage(nameIn(running, 'shop/cart:1'), image, { env: env() });
  expect([...running.manifests.keys()]).toEqual(['shop/cart:1', `shop/cart@${digest}`]);

  const other = await openStore(join(root, 'other'));
  for (const reference of ['shop/cart:1', `shop/cart@${digest}`]) {
    const pulled = await pullImage(other, nameIn(running, reference), { env: env() });
    expect(pulled?.digest).toBe(digest);
    expect(pulled?.image.config).toEqual(image.config);
  }
  const pulled = await pullImage(other, nameIn(running, 'shop/cart:1'), { env: env() });
  const [layer] = pulled?.image.layers ?? [];
  const [known] = image.layers;
  if (!layer || !known) throw new Error('the image has a layer');
  expect(await other.hasBlob((await layer.descriptor()).digest)).toBe(false);
  expect(await buffer(layer.read())).toEqual(await buffer(known.read()));
  expect(await layer.tree()).toContain(other.root);
  expect(await pullImage(other, nameIn(running, 'shop/cart:2'), { env: env() })).toBeUndefined();
});

test('what the registry has is not sent again', async () => {
  const running = await start();
  const events: string[] = [];
  const push = async (...names: string[]) =>
    pushImage(nameIn(running, 'shop:1'), await makeImage(...names), {
      env: env(),
      onBlob: ({ how }) => events.push(how),
    });
  await push('a', 'b');
  expect(events.splice(0)).toEqual(['sent', 'sent', 'sent']);
  await push('a', 'b');
  expect(events.splice(0)).toEqual(['there', 'there', 'there']);
  await push('a', 'c');
  expect(events.sort()).toEqual(['sent', 'sent', 'there']);
});

test('many images share connections, a login and what is known of the registry', async () => {
  const running = await start({ login: { kind: 'basic', userInfo: 'ann:secret' } });
  const bin = join(root, 'bin');
  await mkdir(bin);
  const helper = `#!/bin/sh\necho asked >> ${root}/asked\necho '{"Username":"ann","Secret":"secret"}'\n`;
  await writeFile(join(bin, 'docker-credential-test'), helper);
  await chmod(join(bin, 'docker-credential-test'), 0o755);
  await mkdir(join(root, '.docker'));
  await writeFile(join(root, '.docker/config.json'), '{"credsStore":"test"}');
  const variables = env({ PATH: `${bin}:${process.env.PATH}` });
  const connections = openRegistryConnections({ env: variables });
  const options = { env: variables, connections };
  for (const name of ['one', 'two', 'three']) await pushImage(nameIn(running, name), await makeImage('a'), options);
  const pulled = await Promise.all(['one', 'two'].map((name) => pullImage(store, nameIn(running, name), options)));
  await connections.close();
  expect(pulled.map((one) => one?.image.layers.length)).toEqual([1, 1]);
  expect(await readFile(join(root, 'asked'), 'utf8')).toBe('asked\n');
});

test('of what a repository is known to hold nothing is asked', async () => {
  const running = await start();
  const image = await makeImage('a', 'b');
  await pushImage(nameIn(running, 'shop:1'), image, { env: env() });
  const { layers } = image;
  const digests = (await Promise.all(layers.map((layer) => layer.descriptor()))).map(({ digest }) => digest);
  const whereIs = (digest: string) => (digests.some((one) => one === digest) ? 'there' : 'new');
  const before = running.requests.length;
  const changed = setLabels(image, { changed: 'yes' });
  await pushImage(nameIn(running, 'shop:1'), changed, { env: env(), whereIs });
  const asked = running.requests.slice(before).filter((one) => digests.some((digest) => one.includes(digest)));
  expect(asked).toEqual([]);
});

/** What another repository has must be sent again. */
const REFUSING: Parameters<typeof startContainerRegistry>[0] = {
  instead({ url }) {
    url.searchParams.delete('mount');
    return undefined;
  },
};

test('what another repository is known to have is mounted without a question, and sent where it may not be', async () => {
  for (const refusesMounts of [false, true]) {
    const running = await startContainerRegistry(refusesMounts ? REFUSING : {});
    const image = await makeImage('base');
    await pushImage(nameIn(running, 'base/run:1'), image, { env: env() });
    const { digest } = (await image.layers[0]?.descriptor()) ?? {};
    const before = running.requests.length;
    const whereIs = (one: string) => (one === digest ? 'elsewhere' : 'new');
    await pushImage(nameIn(running, 'shop:1'), setLabels(image, { a: 'b' }), {
      env: env(),
      mountFrom: ['base/run'],
      whereIs,
    });
    const asked = running.requests.slice(before).filter((one) => one.includes(`HEAD /v2/shop/blobs/${digest}`));
    expect(asked).toHaveLength(refusesMounts ? 1 : 0);
    expect(running.blobs.has(`shop@${digest}`)).toBe(true);
    await running.close();
  }
});

test('layers of another repository are mounted from there', async () => {
  const running = await start();
  await pushImage(nameIn(running, 'base/run:1'), await makeImage('base'), { env: env() });
  const events: string[] = [];
  await pushImage(nameIn(running, 'shop:1'), await makeImage('base', 'app'), {
    env: env(),
    mountFrom: ['base/run'],
    onBlob: ({ how }) => events.push(how),
  });
  expect(events.sort()).toEqual(['mounted', 'sent', 'sent']);
});

const USER = { userInfo: 'ann:secret:word' };
const ENCODED = Buffer.from(USER.userInfo).toString('base64');

const LOGINS: [string, (host: string) => Promise<Record<string, string>>][] = [
  ['CNB_REGISTRY_AUTH', async (host) => ({ CNB_REGISTRY_AUTH: JSON.stringify({ [host]: `Basic ${ENCODED}` }) })],
  [
    "Docker's configuration",
    async (host) => {
      await mkdir(join(root, '.docker'));
      await writeFile(
        join(root, '.docker/config.json'),
        JSON.stringify({ auths: { [`https://${host}/v1/`]: { auth: ENCODED } } }),
      );
      return {};
    },
  ],
  [
    "podman's configuration",
    async (host) => {
      await writeFile(join(root, 'auth.json'), JSON.stringify({ auths: { [host]: { auth: ENCODED } } }));
      return { REGISTRY_AUTH_FILE: join(root, 'auth.json') };
    },
  ],
  [
    'a credential helper',
    async (host) => {
      const script = `#!/bin/sh\nread host; [ "$host" = "${host}" ] && echo '{"Username":"ann","Secret":"secret:word"}'\n`;
      await writeFile(join(root, 'docker-credential-tests'), script);
      await chmod(join(root, 'docker-credential-tests'), 0o755);
      await writeFile(join(root, 'config.json'), JSON.stringify({ credHelpers: { [host]: 'tests' } }));
      return { DOCKER_CONFIG: root, PATH: `${root}:${process.env.PATH}` };
    },
  ],
];

test.each(
  LOGINS.flatMap(([source, prepare]) => (['basic', 'bearer'] as const).map((kind) => ({ source, kind, prepare }))),
)('$source is used for a $kind login', async ({ kind, prepare }) => {
  const running = await start({ login: { kind, ...USER } });
  const variables = env(await prepare(running.host));
  const { digest } = await pushImage(nameIn(running, 'shop:1'), await makeImage('a'), { env: variables });
  const other = await openStore(join(root, 'other'));
  expect((await pullImage(other, nameIn(running, 'shop:1'), { env: variables }))?.digest).toBe(digest);
});

test.each(['basic', 'bearer'] as const)(
  'a %s login without credentials, or with wrong ones, is a fault',
  async (kind) => {
    const running = await start({ login: { kind, ...USER } });
    const pull = (variables: Record<string, string>) =>
      pullImage(store, nameIn(running, 'shop:1'), { env: env(variables) });
    await expect(pull({})).rejects.toMatchObject({ code: 'OCI_REGISTRY_LOGIN_FAILED', blame: 'user' });
    const wrong = { [running.host]: `Basic ${Buffer.from('ann:guess').toString('base64')}` };
    await expect(pull({ CNB_REGISTRY_AUTH: JSON.stringify(wrong) })).rejects.toMatchObject({
      code: kind === 'basic' ? 'OCI_REGISTRY_REFUSED' : 'OCI_REGISTRY_LOGIN_FAILED',
    });
    for (const broken of ['{', '{"127.0.0.1:1":1}', '{"127.0.0.1:1":"x"}']) {
      const host = broken.replace('127.0.0.1:1', running.host);
      await expect(pull({ CNB_REGISTRY_AUTH: host })).rejects.toMatchObject({ code: 'OCI_REGISTRY_AUTH_INVALID' });
    }
  },
);

test("what is not as it should be in Docker's configuration counts for nothing", async () => {
  const running = await start({ login: { kind: 'basic', ...USER } });
  for (const value of [1, { auth: 1.5 }, { identitytoken: [[[]]] }, { username: null }]) {
    await writeFile(join(root, 'config.json'), JSON.stringify({ auths: { [running.host]: value }, credHelpers: 1 }));
    await expect(
      pullImage(store, nameIn(running, 'shop:1'), { env: env({ DOCKER_CONFIG: root }) }),
    ).rejects.toMatchObject({ code: 'OCI_REGISTRY_LOGIN_FAILED' });
  }
});

test('a credential helper that fails is a fault that names it', async () => {
  const running = await start({ login: { kind: 'basic', ...USER } });
  await writeFile(join(root, 'docker-credential-tests'), '#!/bin/sh\necho "no keyring" >&2; exit 1\n', { mode: 0o755 });
  await writeFile(join(root, 'config.json'), JSON.stringify({ credsStore: 'tests' }));
  const variables = env({ DOCKER_CONFIG: root, PATH: `${root}:${process.env.PATH}` });
  await expect(pullImage(store, nameIn(running, 'shop:1'), { env: variables })).rejects.toMatchObject({
    code: 'OCI_CREDENTIAL_HELPER_FAILED',
    details: ['no keyring'],
  });
});

test('a private authority is trusted when it is named, and any when the registry is called insecure', async () => {
  const authority = createCertificateAuthority();
  const running = await start({ tls: authority.issue(['127.0.0.1']) });
  const image = await makeImage('a');
  const push = (options: Parameters<typeof pushImage>[2]) => pushImage(nameIn(running, 'shop:1'), image, options);
  await expect(push({ env: env() })).rejects.toMatchObject({ code: 'FETCH_CERTIFICATE_UNTRUSTED' });
  await writeFile(join(root, 'ca.pem'), authority.cert);
  await push({ env: env({ NODE_EXTRA_CA_CERTS: join(root, 'ca.pem') }) });
  await push({ env: env(), isInsecure: true });
});

test("authorities of Docker's and podman's certs.d are trusted for their registry alone", async () => {
  const authority = createCertificateAuthority();
  const certificate = authority.issue(['127.0.0.1']);
  const running = await start({ tls: certificate });
  const other = await startContainerRegistry({ tls: certificate });
  const image = await makeImage('a');
  for (const tool of ['docker', 'containers']) {
    const folder = join(root, tool, tool, 'certs.d', running.host);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'ca.crt'), authority.cert);
    const options = { env: env({ XDG_CONFIG_HOME: join(root, tool) }) };
    await pushImage(nameIn(running, `${tool}:1`), image, options);
    const elsewhere = pushImage(nameIn(other, `${tool}:1`), image, options);
    await expect(elsewhere).rejects.toMatchObject({ code: 'FETCH_CERTIFICATE_UNTRUSTED' });
  }
  await other.close();
});

test('something else in the place of a registry is a fault that says so', async () => {
  const server = await startServer({
    '/v2/shop/manifests/': content('<html>Welcome</html>'),
    '/v2/index/manifests/': content(
      '{"manifests":[null,{"digest":"../../x","platform":{"os":"linux","architecture":"amd64"}}]}',
    ),
    '/v2/login/': status(401, { 'www-authenticate': 'Bearer realm="no address"' }),
  });
  try {
    const pull = (path: string) => pullImage(store, parseRegistryName(`${server.host}/${path}`), { env: env() });
    await expect(pull('shop:1')).rejects.toMatchObject({ code: 'OCI_IMAGE_INVALID' });
    await expect(pull('index:1')).rejects.toMatchObject({ code: 'OCI_PLATFORM_MISSING' });
    await expect(pull('login:1')).rejects.toMatchObject({ code: 'OCI_REGISTRY_ANSWER_INVALID' });
  } finally {
    await server.close();
  }
});

test('a registry that is busy is asked again', async () => {
  const running = await start({ failures: 3 });
  await pushImage(nameIn(running, 'shop:1'), await makeImage('a'), { env: env(), retry: { delayMs: 1 } });
  expect(running.manifests.size).toBe(2);
});

test('a layer with other content than its digest says is never used', async () => {
  const running = await start();
  await pushImage(nameIn(running, 'shop:1'), await makeImage('a'), { env: env() });
  for (const key of running.blobs.keys())
    if (!String(running.blobs.get(key)).startsWith('{')) running.blobs.set(key, Buffer.from('x'));
  const other = await openStore(join(root, 'other'));
  const pulled = await pullImage(other, nameIn(running, 'shop:1'), { env: env() });
  await expect(pulled?.image.layers[0]?.tree()).rejects.toMatchObject({ code: 'STORE_BLOB_CORRUPT' });
});

test.each([
  ['localhost:5000/app', { host: 'localhost:5000', repository: 'app', reference: 'latest' }],
  ['registry.example/shop/cart:1.2', { host: 'registry.example', repository: 'shop/cart', reference: '1.2' }],
  ['docker.io/app', { host: 'docker.io', repository: 'library/app', reference: 'latest' }],
  ['docker.io/ann/app', { host: 'docker.io', repository: 'ann/app', reference: 'latest' }],
  [
    `localhost/app@sha256:${'a'.repeat(64)}`,
    { host: 'localhost', repository: 'app', reference: `sha256:${'a'.repeat(64)}` },
  ],
])('%s is taken apart', (text, name) => {
  expect(parseRegistryName(text)).toEqual(name);
});

test.each(['app', 'shop/cart:1'])('%s names no registry', (text) => {
  expect(() => parseRegistryName(text)).toThrow(expect.objectContaining({ code: 'OCI_REGISTRY_MISSING' }));
});
