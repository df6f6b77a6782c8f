import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { appendLayers, createLayer, emptyImage, openImageStore, readArchive, writeImage } from '@dema/oci';
import { openStore } from '@dema/store';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { daemonDestination, findInEngine } from './daemon-destination.ts';
import type { Workplace } from './workplace.ts';

let root: string;
let workplace: Workplace;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'daemon-'));
  const store = await openStore(join(root, 'cache'));
  const images = await openImageStore(join(root, 'images'), store);
  workplace = { store, downloads: store, images };
});

afterEach(() => {
  vi.unstubAllEnvs();
  return rm(root, { recursive: true });
});

async function makeImage() {
  const layer = await createLayer(workplace.store, [
    { path: '/app', type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 },
  ]);
  return appendLayers(emptyImage({ os: 'linux', architecture: 'amd64' }), [layer]);
}

/** Whatever this machine has. */
function stubAddress(host: string): void {
  for (const name of ['DOCKER_CONTEXT', 'CONTAINER_HOST', 'XDG_RUNTIME_DIR']) vi.stubEnv(name, '');
  vi.stubEnv('DOCKER_CONFIG', root);
  vi.stubEnv('DOCKER_HOST', host);
}

async function writeEngine(script: string): Promise<void> {
  await writeFile(join(root, 'engine'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('DEMA_CONTAINER_ENGINE', join(root, 'engine'));
}

test('the engine loads an archive of the image, which stays in the image store', async () => {
  await writeEngine(`[ "$1 $2" = "load --input" ] && cp "$3" ${root}/loaded.tar`);
  const { digest } = await daemonDestination(workplace).put('shop:1', await makeImage());
  const { image, reference } = await readArchive(workplace.store, join(root, 'loaded.tar'));
  expect(reference).toBe('shop:1');
  expect((await writeImage(workplace.store, image)).manifest.digest).toBe(digest);
  expect((await daemonDestination(workplace).find('shop:1'))?.digest).toBe(digest);
});

test('an engine that fails, and none at all, are faults', async () => {
  await writeEngine('echo "cannot connect" >&2; exit 1');
  const put = async () => daemonDestination(workplace).put('shop:1', await makeImage());
  await expect(put()).rejects.toMatchObject({ code: 'CLI_ENGINE_FAILED', details: ['cannot connect'] });
  vi.stubEnv('DEMA_CONTAINER_ENGINE', '');
  vi.stubEnv('PATH', root);
  stubAddress('');
  await expect(put()).rejects.toMatchObject({ code: 'CLI_ENGINE_MISSING' });
});

/** What Docker's API answers, as far as it is asked; images are the archives that were loaded. */
async function startEngine(): Promise<{ requests: string[]; ids: Map<string, string>; server: Server }> {
  const [requests, ids]: [string[], Map<string, string>] = [[], new Map()];
  const server = createServer(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const [, name = '', what] = /^\/images\/(.+)\/(json|get)$/.exec(request.url ?? '') ?? [];
    const id = ids.get(decodeURIComponent(name));
    if (request.method === 'POST') {
      await writeFile(join(root, 'loaded.tar'), await buffer(request));
      response.end(ids.has('broken') ? '{"error":"no space"}' : '{"stream":"Loaded"}');
    } else if (id === undefined) response.writeHead(404).end('{"message":"no such image"}');
    else response.end(what === 'json' ? JSON.stringify({ Id: id }) : await readFile(join(root, 'loaded.tar')));
  });
  await new Promise<void>((done) => server.listen(join(root, 'engine.sock'), done));
  stubAddress(`unix://${join(root, 'engine.sock')}`);
  return { requests, ids, server };
}

test('an engine is given an image once, and hands it out', async () => {
  const { requests, ids, server } = await startEngine();
  const image = await makeImage();
  const { digest } = await daemonDestination(workplace).put('shop:1', image);
  expect(requests).toEqual(['GET /images/shop%3A1/json', 'POST /images/load?quiet=1']);
  ids.set('shop:1', (await writeImage(workplace.store, image)).configDigest);
  requests.length = 0;
  await daemonDestination(workplace).put('shop:1', image);
  expect(requests).toEqual(['GET /images/shop%3A1/json']);
  requests.length = 0;
  for (const _ of [1, 2]) {
    const { found, reference } = await findInEngine(workplace, 'shop:1');
    expect(reference).toBe('shop:1');
    expect('layers' in found && (await writeImage(workplace.store, found)).manifest.digest).toBe(digest);
  }
  expect(requests.filter((one) => one.endsWith('/get'))).toHaveLength(1);
  await expect(findInEngine(workplace, 'other:1')).rejects.toMatchObject({ code: 'CLI_IMAGE_MISSING' });
  server.close();
});

test('an engine that cannot load an image says why in an answer that looks well', async () => {
  const { ids, server } = await startEngine();
  ids.set('broken', 'yes');
  const put = async () => daemonDestination(workplace).put('shop:1', await makeImage());
  await expect(put()).rejects.toMatchObject({ code: 'CLI_ENGINE_FAILED', details: ['no space'] });
  server.close();
  stubAddress(`unix://${join(root, 'nothing.sock')}`);
  await expect(put()).rejects.toMatchObject({ code: 'CLI_ENGINE_UNREACHABLE' });
});
