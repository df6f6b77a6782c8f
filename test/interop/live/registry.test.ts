import { mkdtemp, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { exec } from '@dema/exec';
import {
  appendLayers,
  attachArtifact,
  createIndex,
  createLayer,
  emptyImage,
  type Image,
  isIndex,
  listReferrers,
  listTags,
  type PushOptions,
  parseRegistryName,
  pullImage,
  pullImageOrIndex,
  pushImage,
} from '@dema/oci';
import { digestOf, openStore, removeFolder, type Store } from '@dema/store';
import { createCertificateAuthority, listen } from '@dema/testkit';
import { afterAll, expect } from 'vitest';
import { ownEnv } from '../go.ts';
import { crane } from './crane.ts';
import { type DockerRegistryOptions, startDockerRegistry } from './docker-registry.ts';
import { test } from './setting.ts';

const folder = await mkdtemp(join(tmpdir(), 'dema-real-registry-'));
const store = await openStore(join(folder, 'store'));
afterAll(() => removeFolder(folder));

const authority = createCertificateAuthority();
await writeFile(join(folder, 'ca.pem'), authority.cert);
const CHUNK = 256 * 1024;

/** A layer of a few megabytes that do not shrink. */
async function makeImage(name: string, architecture = 'amd64'): Promise<Image> {
  const numbers = Array.from({ length: 100_000 }, (_, index) => digestOf(`${name} ${index}`).slice(7));
  const content = Buffer.from(numbers.join(''), 'hex');
  const file = { path: `/${name}`, type: 'file', mode: 0o644, uid: 0, gid: 0, size: content.length } as const;
  return appendLayers(emptyImage({ os: 'linux', architecture }), [
    await createLayer(store, [{ ...file, body: () => [content] }]),
  ]);
}

/** Pulls into a store of its own, all layers included. */
async function pullAll(reference: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const other: Store = await openStore(await mkdtemp(join(folder, 'other-')));
  const pulled = await pullImage(other, parseRegistryName(reference), { env });
  for (const layer of pulled?.image.layers ?? []) await buffer(layer.read());
  return pulled?.digest;
}

const login = (host: string, pair = 'ann:secret') => ({
  CNB_REGISTRY_AUTH: JSON.stringify({ [host]: `Basic ${Buffer.from(pair).toString('base64')}` }),
});

const MODES: [string, DockerRegistryOptions][] = [
  ['as it is', {}],
  ['with a login', { login: true }],
  ['with TLS', { tls: authority.issue(['127.0.0.1']) }],
  ['with a login and TLS', { login: true, tls: authority.issue(['127.0.0.1']) }],
];

test.for(MODES)('images go to a registry %s, whole and in chunks, and come back', async ([, options], { real }) => {
  const registry = await startDockerRegistry(options);
  const { host } = registry;
  const trust = { HOME: folder, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
  const env = { ...trust, ...(options.login && login(host)) };
  try {
    const push = async (name: string, more: Partial<PushOptions> = {}) =>
      (
        await pushImage(parseRegistryName(`${host}/${name}`), await makeImage(name.replace(/\W/g, '')), {
          env,
          ...more,
        })
      ).digest;
    const whole = await push('shop:1');
    const chunked = await push('shop:2', { chunkBytes: CHUNK });
    expect(await pullAll(`${host}/shop:1`, env)).toBe(whole);
    expect(await pullAll(`${host}/shop:2`, env)).toBe(chunked);
    if (!options.login && !options.tls) expect(await crane(real, ['digest', `${host}/shop:2`])).toBe(chunked);
    if (options.login) {
      await expect(pullAll(`${host}/shop:1`, trust)).rejects.toMatchObject({ code: 'OCI_REGISTRY_LOGIN_FAILED' });
      const wrong = { ...trust, ...login(host, 'ann:guess') };
      await expect(pullAll(`${host}/shop:1`, wrong)).rejects.toMatchObject({ code: 'OCI_REGISTRY_REFUSED' });
    }
    if (options.tls)
      await expect(pullAll(`${host}/shop:1`, { HOME: folder })).rejects.toMatchObject({
        code: 'FETCH_CERTIFICATE_UNTRUSTED',
      });
  } finally {
    await registry.stop();
  }
});

/** Passes everything on to a host, and ends connections where it is told to. @param isEnd of what comes, before it is passed on */
async function startCutter(host: string, isEnd: (chunk: string, here: number) => boolean) {
  const [address = '', port = ''] = host.split(':');
  let sent = 0;
  const server = createServer((incoming) => {
    const outgoing = createConnection(Number(port), address);
    for (const socket of [incoming, outgoing]) socket.on('error', () => undefined);
    let here = 0;
    incoming.on('data', (chunk: Buffer) => {
      here += chunk.length;
      sent += chunk.length;
      if (isEnd(chunk.toString('latin1'), here)) incoming.destroy();
      else outgoing.write(chunk);
    });
    incoming.on('close', () => outgoing.end());
    outgoing.pipe(incoming);
  });
  const listening = await listen(server as never);
  return { host: `127.0.0.1:${listening.port}`, sent: () => sent, close: listening.close };
}

/** Once, in the middle of a chunk: this registry gives up an upload of which it has more than it said. */
function withinAChunk() {
  let isDone = false;
  return (_: string, here: number) => {
    const isEnd = !isDone && here > 1_500_000;
    isDone ||= isEnd;
    return isEnd;
  };
}

/** Once, when the second chunk begins. */
function betweenChunks() {
  let chunks = 0;
  return (text: string) => {
    const begun = text.startsWith('PATCH ');
    chunks += begun ? 1 : 0;
    return begun && chunks === 2;
  };
}

test.for([
  { where: 'within a chunk', isEnd: withinAChunk(), most: 2 },
  { where: 'between chunks', isEnd: betweenChunks(), most: 1.1 },
])('an upload whose connection ends $where goes on where the registry stands', async ({ isEnd, most }, { real }) => {
  const cutter = await startCutter(real.registry, isEnd);
  const image = await makeImage(`cut${most}`);
  const size = (await image.layers[0]?.descriptor())?.size ?? 0;
  const name = parseRegistryName(`${cutter.host}/cut/shop:${most}`);
  const options = { env: { HOME: folder }, chunkBytes: 2_000_000, retry: { delayMs: 20 } };
  const { digest } = await pushImage(name, image, options);
  await cutter.close();
  expect(await crane(real, ['digest', `${real.registry}/cut/shop:${most}`])).toBe(digest);
  expect(await pullAll(`${real.registry}/cut/shop:${most}`, { HOME: folder })).toBe(digest);
  expect(cutter.sent()).toBeLessThan(size * most);
});

test('an index has its images for everybody, and a list of Docker is read', async ({ real }) => {
  const env = { HOME: folder };
  const images = await Promise.all(['amd64', 'arm64'].map((one) => makeImage(`index-${one}`, one)));
  const reference = `${real.registry}/index/shop:1`;
  const { digest } = await pushImage(parseRegistryName(reference), createIndex(images), { env });
  expect(await crane(real, ['digest', reference])).toBe(digest);
  for (const architecture of ['amd64', 'arm64']) {
    const config = await crane(real, ['config', '--platform', `linux/${architecture}`, reference]);
    expect(JSON.parse(config).architecture).toBe(architecture);
  }
  await crane(real, ['validate', '--remote', reference]);
  const list = `${real.registry}/index/docker:1`;
  const args = ['copy', '--all', '--format', 'v2s2', '--src-tls-verify=false', '--dest-tls-verify=false'];
  const copied = await exec('skopeo', [...args, `docker://${reference}`, `docker://${list}`], { env: ownEnv() });
  expect(copied.code, copied.stderr).toBe(0);
  const pulled = await pullImageOrIndex(store, parseRegistryName(list), { env });
  expect(pulled && isIndex(pulled.found) && pulled.found.format).toBe('docker');
  const again = `${real.registry}/index/again:1`;
  if (pulled) await pushImage(parseRegistryName(again), pulled.found, { env });
  expect(await crane(real, ['digest', again])).toBe(await crane(real, ['digest', list]));
});

test('layers of another repository are mounted, and all tags are listed', async ({ real }) => {
  const env = { HOME: folder };
  const image = await makeImage('mounted');
  const named = (name: string) => parseRegistryName(`${real.registry}/mount/${name}`);
  for (const tag of ['1', '2', '3']) await pushImage(named(`base:${tag}`), image, { env });
  const how: string[] = [];
  const options = { env, mountFrom: ['mount/base'], onBlob: (event: { how: string }) => how.push(event.how) };
  await pushImage(named('shop:1'), image, options);
  expect(how.sort()).toEqual(['mounted', 'mounted']);
  const tags: string[] = [];
  for await (const tag of listTags(named('base'), { env })) tags.push(tag);
  expect(tags.sort()).toEqual(['1', '2', '3']);
});

test('what is attached to an image stands under the tag that others look for', async ({ real }) => {
  const env = { HOME: folder };
  const name = parseRegistryName(`${real.registry}/attached/shop:1`);
  const subject = await pushImage(name, await makeImage('attached'), { env });
  const artifact = { type: 'application/vnd.cyclonedx+json', content: Buffer.from('{}'), title: 'sbom.cdx.json' };
  const { digest } = await attachArtifact(name, subject, artifact, { env });
  expect((await listReferrers(name, subject.digest, { env })).map((one) => one.digest)).toEqual([digest]);
  const tag = `${real.registry}/attached/shop:${subject.digest.replace(':', '-')}`;
  const { manifests } = JSON.parse(await crane(real, ['manifest', tag]));
  expect(manifests).toMatchObject([{ digest, artifactType: 'application/vnd.cyclonedx+json' }]);
  await crane(real, ['pull', '--format', 'oci', `${real.registry}/attached/shop@${digest}`, join(folder, 'artifact')]);
});
