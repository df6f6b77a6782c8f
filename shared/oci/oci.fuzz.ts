import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { writeTar } from '@dema/archive';
import { openStore } from '@dema/store';
import { fuzz } from '@dema/testkit';
import { MEDIA_TYPES } from './descriptor.ts';
import { emptyImage, findEnv, setLabels } from './image.ts';
import { renderImageConfig } from './image-config.ts';
import { chooseImage, parseIndex } from './image-index.ts';
import { readLayout } from './layout.ts';
import { parseImageConfig } from './parse-image-config.ts';
import { parsePlatform } from './platform.ts';
import { findPullSources } from './pull-sources.ts';
import { readArchive } from './read-archive.ts';
import { parseManifest } from './read-image.ts';
import { parseReference, referenceFromName } from './reference.ts';
import { readRegistryConfiguration } from './registry-configuration.ts';
import { findCredentials } from './registry-credentials.ts';
import { createRegistryLogin, type LoginOptions } from './registry-login.ts';
import { parseRegistryName } from './registry-name.ts';
import { validateImage } from './validate-image.ts';

const TAR = Buffer.alloc(1024);
const LAYER = gzipSync(TAR);

function digest(content: Uint8Array): `sha256:${string}` {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

const CONFIG = JSON.stringify({
  architecture: 'amd64',
  os: 'linux',
  created: '1980-01-01T00:00:01Z',
  config: { Env: ['PATH=/bin', 'A='], Labels: { a: 'b' }, Entrypoint: ['/x'], ExposedPorts: { '80/tcp': {} } },
  rootfs: { type: 'layers', diff_ids: [digest(TAR)] },
  history: [{ created_by: 'a' }, { created_by: 'b', empty_layer: true }],
});

function descriptor(content: Uint8Array | string, mediaType: string) {
  const bytes = Buffer.from(content);
  return { mediaType, digest: digest(bytes), size: bytes.length };
}

function manifestOf(config: Uint8Array | string): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: descriptor(config, MEDIA_TYPES.config),
    layers: [descriptor(LAYER, MEDIA_TYPES.layer)],
    annotations: { a: 'b' },
  });
}

function indexOf(manifest: Uint8Array | string): string {
  const named = {
    ...descriptor(manifest, MEDIA_TYPES.manifest),
    annotations: { 'org.opencontainers.image.ref.name': 'a:1' },
  };
  return JSON.stringify({ schemaVersion: 2, manifests: [named] });
}

function writeBlob(folder: string, content: Uint8Array | string): void {
  writeFileSync(join(folder, 'blobs/sha256', digest(Buffer.from(content)).slice(7)), content);
}

/** Reads a layout of these three, whatever they are, as `dema` reads one that somebody names. */
async function readAll(folder: string, parts: { index: Uint8Array | string; blobs: (Uint8Array | string)[] }) {
  const layout = join(folder, 'layout');
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  writeFileSync(join(layout, 'index.json'), parts.index);
  for (const blob of parts.blobs) writeBlob(layout, blob);
  const store = await openStore(join(folder, 'store'));
  const image = await readLayout(store, layout);
  findEnv(image, 'PATH');
  renderImageConfig(image.config);
  for (const layer of image.layers) for await (const _ of layer.read());
}

fuzz('manifest', {
  format: 'json',
  seeds: [manifestOf(CONFIG)],
  inputs: 1800,
  run: (input) => parseManifest(input, digest(input)),
});

fuzz('layout, its index', {
  format: 'json',
  seeds: [indexOf(manifestOf(CONFIG))],
  inputs: 200,
  run: (input, folder) => readAll(folder, { index: input, blobs: [manifestOf(CONFIG), CONFIG, LAYER] }),
});

fuzz('layout, its manifest', {
  format: 'json',
  seeds: [manifestOf(CONFIG)],
  inputs: 200,
  run: (input, folder) => readAll(folder, { index: indexOf(input), blobs: [input, CONFIG, LAYER] }),
});

fuzz('layout, its configuration', {
  format: 'json',
  seeds: [CONFIG],
  inputs: 200,
  run: (input, folder) =>
    readAll(folder, { index: indexOf(manifestOf(input)), blobs: [manifestOf(input), input, LAYER] }),
});

fuzz('configuration', {
  format: 'json',
  seeds: [CONFIG],
  inputs: 2400,
  run(input) {
    const image = setLabels({ config: parseImageConfig(input, digest(input)), layers: [], format: 'oci' }, { a: 'c' });
    return [renderImageConfig(image.config), findEnv(image, 'PATH')];
  },
});

fuzz('image, validated', {
  format: 'json',
  inputs: 400,
  seeds: [CONFIG],
  async run(input, folder) {
    mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
    for (const blob of [manifestOf(input), input, LAYER]) writeBlob(folder, blob);
    const blobPath = (name: string) => join(folder, 'blobs', name.replace(':', '/'));
    return validateImage({ blobPath }, digest(Buffer.from(manifestOf(input))));
  },
});

fuzz('reference', {
  seeds: ['registry.example:5000/shop/cart:1.2', 'localhost/a', 'a__b.c-d:latest', 'My App (1)'],
  tokens: ['/', ':', '.', '-', '__', 'localhost', ':5000', '@sha256:'],
  inputs: 2400,
  run(input) {
    referenceFromName(input.toString());
    return parseReference(input.toString());
  },
});

const ARCHIVED = [
  ['manifest.json', JSON.stringify([{ Config: 'config.json', RepoTags: ['a:1'], Layers: ['layer.tar'] }])],
  ['config.json', CONFIG],
  ['layer.tar', TAR.toString('latin1')],
] as const;
const SAVED = await buffer(
  writeTar(
    ARCHIVED.map(([path, text]) => {
      const bytes = Buffer.from(text, 'latin1');
      return { path, type: 'file' as const, mode: 0o644, uid: 0, gid: 0, size: bytes.length, body: () => [bytes] };
    }),
  ),
);

fuzz('archive of an image', {
  format: 'tar',
  seeds: [SAVED],
  tokens: ['"Config"', '"Layers"', '"RepoTags"', 'null', '[]', 'manifest.json', 'index.json', 'config.json'],
  inputs: 600,
  async run(input, folder) {
    writeFileSync(join(folder, 'image.tar'), input);
    await readArchive(await openStore(join(folder, 'store')), join(folder, 'image.tar'));
  },
});

const AUTH = JSON.stringify({
  'registry.example': 'Basic YW5uOnNlY3JldA==',
  'https://other.example/v1/': 'Bearer abc',
});

fuzz('credentials in a variable', {
  format: 'json',
  seeds: [AUTH],
  inputs: 600,
  run: (input, folder) => findCredentials('registry.example', { CNB_REGISTRY_AUTH: input.toString(), HOME: folder }),
});

fuzz("credentials in Docker's configuration", {
  format: 'json',
  seeds: [
    JSON.stringify({ auths: { 'registry.example': { auth: 'YW5uOnNlY3JldA==' } } }),
    JSON.stringify({ auths: { 'https://registry.example/': { identitytoken: 'abc', username: 'a', password: 'b' } } }),
  ],
  inputs: 600,
  async run(input, folder) {
    writeFileSync(join(folder, 'config.json'), input);
    return findCredentials('registry.example', { DOCKER_CONFIG: folder, HOME: folder, PATH: folder });
  },
});

fuzz('names in registries', {
  seeds: ['registry.example:5000/shop/cart:1.2', `localhost/a@sha256:${'a'.repeat(64)}`, 'docker.io/app'],
  tokens: ['/', ':', '@sha256:', 'docker.io', 'localhost', '.'],
  inputs: 1200,
  run: (input) => parseRegistryName(input.toString()),
});

fuzz('indexes of images', {
  seeds: [
    indexOf(manifestOf(CONFIG)),
    JSON.stringify({ manifests: [{ platform: { os: 'linux', architecture: 'arm', variant: 'v7' } }] }),
  ],
  tokens: ['manifests', 'platform', 'variant', 'digest', 'annotations', 'null', '[]'],
  async run(input) {
    const found = parseIndex(input, digest(input), async () => emptyImage({ os: 'linux', architecture: 'amd64' }));
    await chooseImage(found, 'a:1', { os: 'linux', architecture: 'arm' });
  },
});

fuzz('names of platforms', {
  seeds: ['linux/amd64', 'linux/arm/v7', 'aarch64'],
  tokens: ['/', 'linux', 'arm', 'v', '__proto__'],
  run: (input) => parsePlatform(input.toString()),
});

fuzz('registries.conf', {
  seeds: [
    '[[registry]]\nprefix = "*.r.example"\nlocation = "m.example/a"\ninsecure = true\n[[registry.mirror]]\nlocation = "n.example"\npull-from-mirror = "tag-only"\n',
  ],
  tokens: ['[[registry]]', '[[registry.mirror]]', 'prefix', 'location', 'mirror', '"', '*.', '/', 'true'],
  async run(input, folder) {
    const file = join(folder, 'registries.conf');
    writeFileSync(file, input);
    const env = { CONTAINERS_REGISTRIES_CONF: file, HOME: folder };
    findPullSources(parseRegistryName('a.r.example/shop'), env, await readRegistryConfiguration(env));
  },
});

fuzz('what a registry asks for', {
  seeds: [
    'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a:pull"',
    'Basic realm="x"',
  ],
  tokens: ['Bearer ', 'Basic ', 'realm=', 'service=', '"', ',', 'https://', 'http://['],
  // No client of HTTP takes longer headers.
  longest: 16 * 1024,
  run(input, folder) {
    const text = input.toString();
    const answer = { status: 200, headers: {}, body: inPieces(text.slice(0, 100)), discard: () => undefined };
    const http = { send: async () => answer, close: async () => undefined } as unknown as LoginOptions['http'];
    const options = { http, host: 'registry.example', base: 'https://registry.example', scopes: ['a'] };
    const find = () => findCredentials('registry.example', { HOME: folder });
    return createRegistryLogin({ ...options, findCredentials: find }).answer(text, {});
  },
});

async function* inPieces(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
