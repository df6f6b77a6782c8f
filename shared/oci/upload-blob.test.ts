import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, removeFolder } from '@dema/store';
import {
  type ContainerRegistry,
  type ContainerRegistryOptions,
  type RegistryReply,
  type RegistryRequest,
  refuse,
  startContainerRegistry,
} from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LayoutBlob } from './layout-files.ts';
import { openRegistry } from './registry.ts';
import { uploadBlob } from './upload-blob.ts';

const CHUNK = 64 * 1024;
const CONTENT = Buffer.concat(Array.from({ length: 10_000 }, (_, i) => createHash('sha256').update(`${i}`).digest()));
const BLOB: LayoutBlob = {
  mediaType: 'application/octet-stream',
  digest: digestOf(CONTENT),
  size: CONTENT.length,
  async *read() {
    for (let start = 0; start < CONTENT.length; start += 50_000) yield CONTENT.subarray(start, start + 50_000);
  },
};

let home: string;
let registry: ContainerRegistry;
let seen: string[];
let progress: number[];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'upload-'));
  seen = [];
});

afterEach(async () => {
  await registry.close();
  await removeFolder(home);
});

type Instead = (request: RegistryRequest) => RegistryReply | undefined;

/** Uploads to a registry that answers so; gives what came to it, and whether the blob is there. */
async function upload(instead: Instead = () => undefined, options: ContainerRegistryOptions = {}, chunkBytes = CHUNK) {
  registry = await startContainerRegistry({
    ...options,
    instead(request) {
      const range = request.headers['content-range'];
      seen.push([request.method, ...(range ? [range] : [])].join(' '));
      return instead(request);
    },
  });
  const env = { HOME: home };
  const opened = await openRegistry(
    { host: registry.host, repository: 'shop' },
    { env, retry: { delayMs: 1 } },
    { actions: 'pull,push' },
  );
  try {
    seen.length = 0;
    const positions: number[] = [];
    await uploadBlob(opened, BLOB, undefined, { chunkBytes, onProgress: ({ bytes }) => positions.push(bytes) });
    progress = positions;
  } finally {
    await opened.close();
  }
  return registry.blobs.get(`shop@${BLOB.digest}`)?.equals(CONTENT);
}

/** Answers so at one request of a kind, counted from 1. */
function once(method: string, at: number, reply: RegistryReply): Instead {
  let count = 0;
  return (request) => {
    if (request.method === method) count += 1;
    return request.method === method && count === at ? reply : undefined;
  };
}

const BROKEN = { status: 0, isBroken: true };
const CHUNKS = ['0-65535', '65536-131071', '131072-196607', '196608-262143', '262144-319999'];

test('a small blob goes in one request, a large one in chunks that say where they belong', async () => {
  expect(await upload(undefined, {}, CONTENT.length)).toBe(true);
  expect(seen).toEqual(['POST', 'PUT']);
  await registry.close();
  expect(await upload()).toBe(true);
  expect(seen).toEqual(['POST', ...CHUNKS.map((range) => `PATCH ${range}`), 'PUT']);
  expect(progress.at(-1)).toBe(BLOB.size);
  expect(progress).toEqual([...progress].sort((one, other) => one - other));
});

test('a registry that asks for chunks of a size gets them', async () => {
  expect(await upload(undefined, { minChunk: 200_000 }, CONTENT.length)).toBe(true);
  expect(seen).toEqual(['POST', 'PATCH 0-319999', 'PUT']);
  await registry.close();
  expect(await upload(undefined, { minChunk: 200_000 })).toBe(true);
  expect(seen).toEqual(['POST', 'PATCH 0-199999', 'PATCH 200000-319999', 'PUT']);
});

test('what broke goes on from what the registry has', async () => {
  expect(await upload(once('PATCH', 3, BROKEN))).toBe(true);
  const [first, second, third, ...others] = CHUNKS.map((range) => `PATCH ${range}`);
  expect(seen).toEqual(['POST', first, second, third, 'HEAD', 'GET', third, ...others, 'PUT']);
});

test.each(['PATCH', 'PUT'])('a connection that ends within a %s costs what did not arrive', async (method) => {
  expect(
    await upload(once(method, 1, { status: 0, breaksAfter: 30_000 }), {}, method === 'PUT' ? 1_000_000 : CHUNK),
  ).toBe(true);
  expect(seen.slice(1, 5)).toEqual([
    method === 'PUT' ? 'PUT' : `PATCH ${CHUNKS[0]}`,
    ...['HEAD', 'GET'],
    expect.stringMatching(/^PATCH (?!0-)/),
  ]);
});

test.each([
  ['a chunk', once('PATCH', 2, { status: 503 })],
  ['the end', once('PUT', 1, { status: 503 })],
  ['the end, whose answer is lost', once('PUT', 1, BROKEN)],
  ['the beginning', once('POST', 1, { status: 429, headers: { 'retry-after': '0' } })],
  [
    'the state',
    (request: RegistryRequest) => once('GET', 1, { status: 500 })(request) ?? once('PATCH', 2, BROKEN)(request),
  ],
])('trouble with %s passes', async (_, instead) => {
  expect(await upload(instead)).toBe(true);
});

test('an upload that the registry has forgotten begins anew', async () => {
  const forgets = once('PATCH', 3, refuse(404, 'BLOB_UPLOAD_UNKNOWN'));
  let lost = false;
  const instead: Instead = (request) => {
    const reply = forgets(request);
    if (reply) lost = true;
    if (lost && request.method === 'GET') return refuse(404, 'BLOB_UPLOAD_UNKNOWN');
    return reply;
  };
  expect(await upload(instead)).toBe(true);
  expect(seen.filter((one) => one === 'POST').length).toBe(2);
});

test('a blob whose end was taken but not answered is not sent again', async () => {
  let isTaken = false;
  const instead: Instead = ({ method }) => {
    if (method === 'PUT') isTaken = true;
    if (method === 'PUT') registry.blobs.set(`shop@${BLOB.digest}`, CONTENT);
    return method === 'PUT' ? BROKEN : undefined;
  };
  expect(await upload(instead)).toBe(true);
  expect(isTaken && seen.at(-1)).toBe('HEAD');
});

test.each([404, 405, 400, 501])('a registry that answers chunks with %s gets the whole', async (status) => {
  expect(await upload(({ method }) => (method === 'PATCH' ? { status } : undefined))).toBe(true);
  expect(seen).toEqual(['POST', `PATCH ${CHUNKS[0]}`, 'POST', 'PUT']);
});

test('a proxy that refuses large requests gets smaller ones, and one that refuses all is a fault', async () => {
  const limit =
    (bytes: number): Instead =>
    ({ headers, method }) =>
      /PUT|PATCH/.test(method) && Number(headers['content-length']) > bytes ? { status: 413 } : undefined;
  expect(await upload(limit(100_000), {}, 1_000_000)).toBe(true);
  expect(seen.filter((one) => one.startsWith('PATCH')).length).toBe(4);
  await registry.close();
  await expect(upload(limit(10))).rejects.toMatchObject({ code: 'OCI_REGISTRY_REFUSED', fix: /client_max_body_size/ });
});

test('a registry that never takes a chunk, or only says so, is a fault', async () => {
  await expect(upload(({ method }) => (method === 'PATCH' ? BROKEN : undefined))).rejects.toMatchObject({
    code: 'OCI_REGISTRY_BROKE_OFF',
  });
  await registry.close();
  const stuck: Instead = ({ method }) => (method === 'PATCH' ? { status: 202, headers: { range: '0-0' } } : undefined);
  await expect(upload(stuck)).rejects.toMatchObject({ code: 'OCI_REGISTRY_ANSWER_INVALID' });
});
