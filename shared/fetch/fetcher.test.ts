import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { formatFault } from '@dema/errors';
import { digestOf, openStore, removeFolder, type Store } from '@dema/store';
import {
  type Answer,
  content,
  corrupted,
  flaky,
  gzipped,
  inTurn,
  interrupted,
  json,
  redirect,
  reset,
  stalled,
  startServer,
  status,
  type TestServer,
  truncated,
} from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Checksum, createFetcher, type FetchEvent, type Fetcher, type FetcherOptions } from './index.ts';

const TEXT = 'what a parcel holds, '.repeat(2000);
const what = 'The parcel';

let root: string;
let store: Store;
let server: TestServer;
let fetcher: Fetcher;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'fetch-'));
  store = await openStore(root);
  server = await startServer({ '/parcel': content(TEXT) });
  fetcher = fetcherWith({});
});

afterEach(async () => {
  await fetcher.close();
  await server.close();
  await removeFolder(root);
});

function fetcherWith(options: Partial<FetcherOptions>): Fetcher {
  return createFetcher({ store, env: {}, retry: { delayMs: 1 }, ...options });
}

function checksumOf(text: string, algorithm: 'sha1' | 'sha256' | 'sha512' = 'sha512'): Checksum {
  return `${algorithm}:${createHash(algorithm).update(text).digest('hex')}`;
}

function download(path = '/parcel', checksum?: Checksum) {
  return fetcher.download(server.url + path, { what, checksum });
}

test('a download lands in the store', async () => {
  const blob = await download();
  expect(blob).toEqual({ digest: digestOf(TEXT), size: TEXT.length, path: store.blobPath(digestOf(TEXT)) });
  expect(await readFile(blob.path, 'utf8')).toBe(TEXT);
});

test.each(['sha1', 'sha256', 'sha512'] as const)('what is known by its %s is not fetched again', async (algorithm) => {
  const first = await download('/parcel', checksumOf(TEXT, algorithm));
  expect(await download('/moved', checksumOf(TEXT, algorithm))).toEqual(first);
  expect(server.requests.length).toBe(1);
});

test('several who want the same share one download', async () => {
  const blobs = await Promise.all([download(), download(), download()]);
  expect(new Set(blobs.map(({ path }) => path)).size).toBe(1);
  expect(server.count('/parcel')).toBe(1);
});

test('fetchers of one store share one download of a checksum', async () => {
  const other = fetcherWith({});
  const options = { what, checksum: checksumOf(TEXT) };
  await Promise.all([fetcher, other].map((one) => one.download(`${server.url}/parcel`, options)));
  await other.close();
  expect(server.count('/parcel')).toBe(1);
});

test('content with another checksum is refused, after a cache was asked to look again', async () => {
  server.routes['/parcel'] = corrupted(TEXT);
  await expect(download('/parcel', checksumOf(TEXT))).rejects.toMatchObject({ code: 'FETCH_CHECKSUM_MISMATCH' });
  expect(server.requests.map(({ headers }) => headers['cache-control'])).toEqual([undefined, 'no-cache']);
  expect(await readdir(join(root, 'blobs', 'sha256'))).toEqual([]);
});

test('a damaged copy of a cache is got over', async () => {
  server.routes['/parcel'] = inTurn(corrupted(TEXT), content(TEXT));
  expect((await download('/parcel', checksumOf(TEXT))).digest).toBe(digestOf(TEXT));
});

test('what broke off begins anew', async () => {
  server.routes['/parcel'] = inTurn(truncated(TEXT, 100), reset(), content(TEXT));
  expect((await download()).digest).toBe(digestOf(TEXT));
  expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined, undefined, undefined]);
});

test('what broke off is gone on with where the server can', async () => {
  // More than fits between server and reader, so that some of it has been read when it breaks off.
  const long = TEXT.repeat(100);
  server.routes['/parcel'] = inTurn(interrupted(long, long.length - 1), content(long));
  expect((await download()).digest).toBe(digestOf(long));
  expect(server.requests[1]?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
});

test('what changed in between is not put together from two', async () => {
  const other = TEXT.replaceAll('parcel', 'letter');
  server.routes['/parcel'] = inTurn(interrupted(TEXT.repeat(100), TEXT.length * 99), content(other));
  expect((await download()).digest).toBe(digestOf(other));
});

test('what breaks off every time is a fault', async () => {
  server.routes['/parcel'] = truncated(TEXT, 100);
  await expect(download()).rejects.toMatchObject({ code: 'FETCH_TRUNCATED' });
  expect(server.count('/parcel')).toBe(5);
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
});

test('what stops coming is a fault', async () => {
  fetcher = fetcherWith({ timeouts: { stallMs: 50 }, retry: { retries: 0 } });
  server.routes['/parcel'] = stalled(TEXT, 100);
  server.routes['/silent'] = () => undefined;
  const both = ['/parcel', '/silent'].map((path) =>
    expect(download(path)).rejects.toMatchObject({ code: 'FETCH_STALLED' }),
  );
  await Promise.all(both);
});

test.each([429, 500, 503])('a server that answers %d is asked again', async (code) => {
  server.routes['/parcel'] = inTurn(status(code, { 'retry-after': '0' }), content(TEXT));
  expect((await download()).size).toBe(TEXT.length);
});

test('a server that answers 500 every time is a fault with what it says', async () => {
  server.routes['/parcel'] = status(500, { 'content-type': 'text/plain' }, 'out of order');
  await expect(download()).rejects.toMatchObject({ code: 'FETCH_STATUS_BAD', details: ['out of order'] });
  expect(server.count('/parcel')).toBe(5);
});

test.each([
  [404, 'FETCH_NOT_FOUND'],
  [401, 'FETCH_ACCESS_DENIED'],
  [403, 'FETCH_ACCESS_DENIED'],
  [400, 'FETCH_STATUS_BAD'],
])('%d is said at once', async (code, fault) => {
  server.routes['/parcel'] = status(code);
  await expect(download()).rejects.toMatchObject({ code: fault });
  expect(server.count('/parcel')).toBe(1);
});

test('a redirect is followed; what is secret stays with the host it is for', async () => {
  const other = await startServer({ '/there': content(TEXT) });
  server.routes['/parcel'] = redirect('/here');
  server.routes['/here'] = redirect(`${other.url}/there`);
  const headers = { Authorization: 'Bearer secret', 'x-plain': 'yes' };
  await fetcher.download(`${server.url}/parcel`, { what, headers });
  await other.close();
  expect(server.requests.map((one) => one.headers.authorization)).toEqual(['Bearer secret', 'Bearer secret']);
  expect(other.requests[0]?.headers).toMatchObject({ 'x-plain': 'yes' });
  expect(other.requests[0]?.headers.authorization).toBeUndefined();
});

test('redirects without end, and to something else than HTTP, are faults', async () => {
  server.routes['/parcel'] = redirect('/parcel');
  await expect(download()).rejects.toMatchObject({ code: 'FETCH_REDIRECT_ENDLESS' });
  server.routes['/parcel'] = redirect('file:///etc/passwd');
  await expect(download()).rejects.toMatchObject({ code: 'FETCH_URL_INVALID' });
});

test('credentials in the address are sent and not shown', async () => {
  server.routes['/parcel'] = status(404);
  const url = `${server.url.replace('://', '://user:pa%20ss@')}/parcel`;
  await expect(fetcher.download(url, { what })).rejects.toMatchObject({
    problem: expect.not.stringContaining('pa%20ss'),
  });
  expect(server.requests[0]?.headers.authorization).toBe(`Basic ${btoa('user:pa ss')}`);
});

test('a file of this machine is taken into the store, verified, also offline', async () => {
  const file = join(root, 'a file');
  await writeFile(file, TEXT);
  const url = String(pathToFileURL(file));
  fetcher = fetcherWith({ offline: true });
  await expect(fetcher.download(url, { what, checksum: checksumOf('other') })).rejects.toMatchObject({
    code: 'FETCH_CHECKSUM_MISMATCH',
  });
  expect((await fetcher.download(url, { what, checksum: checksumOf(TEXT) })).digest).toBe(digestOf(TEXT));
  await expect(fetcher.download('file:///none/at/all', { what })).rejects.toMatchObject({
    code: 'FETCH_FILE_UNREADABLE',
    details: [expect.stringContaining('ENOENT')],
  });
});

test('more than it can be is refused, announced or not', async () => {
  server.routes['/endless'] = (_, response) => void response.writeHead(200).end(TEXT);
  for (const path of ['/parcel', '/endless']) {
    const options = { what, maxBytes: 1000 };
    await expect(fetcher.download(server.url + path, options)).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
    await expect(fetcher.readBytes(server.url + path, options)).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
  }
});

test('compressed answers are read, and bombs are not', async () => {
  server.routes['/packed'] = gzipped(TEXT);
  const bytes = await fetcher.readBytes(`${server.url}/packed`, { what });
  expect(Buffer.from(bytes).toString()).toBe(TEXT);
  const small = fetcher.readBytes(`${server.url}/packed`, { what, maxBytes: 1000 });
  await expect(small).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
});

test('a download that was compressed on the way although asked not to be is unpacked', async () => {
  const headers = { 'content-encoding': 'gzip' };
  server.routes['/parcel'] = content(gzipSync(TEXT), headers);
  expect((await download('/parcel', checksumOf(TEXT))).size).toBe(TEXT.length);
  // Others only say of a compressed file that it is compressed.
  const file = gzipSync('a file');
  server.routes['/file.gz'] = content(file, headers);
  const checksum = `sha256:${createHash('sha256').update(file).digest('hex')}` as const;
  expect((await download('/file.gz', checksum)).size).toBe(file.length);
});

test('what only says that it is compressed', async () => {
  server.routes['/parcel'] = content(TEXT, { 'content-encoding': 'gzip' });
  expect((await fetcher.readBytes(`${server.url}/parcel`, { what })).length).toBe(TEXT.length);
  await expect(download('/parcel', checksumOf('other'))).rejects.toMatchObject({ code: 'FETCH_CHECKSUM_MISMATCH' });
});

test('a compressed answer that ends too early is asked for again', async () => {
  const packed = gzipSync(TEXT);
  const headers = { 'content-encoding': 'gzip' };
  server.routes['/parcel'] = inTurn(content(packed.subarray(0, 50), headers), content(packed, headers));
  expect((await fetcher.readBytes(`${server.url}/parcel`, { what })).length).toBe(TEXT.length);
});

test('a small answer that broke off is asked for again', async () => {
  server.routes['/parcel'] = inTurn(truncated(TEXT, 100), content(TEXT));
  expect((await fetcher.readBytes(`${server.url}/parcel`, { what })).length).toBe(TEXT.length);
});

test('JSON is read, and what is none is a fault', async () => {
  server.routes['/value'] = json({ one: 1 });
  expect(await fetcher.readJson(`${server.url}/value`, { what })).toEqual({ one: 1 });
  expect(server.requests[0]?.headers.accept).toBe('application/json');
  await expect(fetcher.readJson(`${server.url}/parcel`, { what })).rejects.toMatchObject({
    code: 'FETCH_JSON_INVALID',
  });
});

test('a host that cannot be reached is asked twice in a run and not again', async () => {
  await server.close();
  await expect(download()).rejects.toMatchObject({ code: 'FETCH_HOST_UNREACHABLE', blame: 'platform' });
  server = await startServer({}, undefined, Number(server.host.split(':')[1]));
  await expect(download('/other')).rejects.toMatchObject({ code: 'FETCH_HOST_UNREACHABLE' });
  expect(server.requests).toEqual([]);
});

test('offline, what the store has is given and what it lacks is named', async () => {
  const { path } = await download('/parcel', checksumOf(TEXT));
  fetcher = fetcherWith({ offline: true });
  expect((await download('/parcel', checksumOf(TEXT))).path).toBe(path);
  await expect(download()).rejects.toMatchObject({ code: 'FETCH_OFFLINE', problem: expect.stringContaining(what) });
  await expect(fetcher.readBytes(`${server.url}/parcel`, { what })).rejects.toMatchObject({ code: 'FETCH_OFFLINE' });
  expect(server.requests.length).toBe(1);
});

test('a server that says a wrong length is a fault', async () => {
  server.routes['/parcel'] = (_, response) => {
    response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: ${TEXT.length - 1}\r\n\r\n${TEXT}`);
  };
  await expect(download('/parcel', checksumOf(TEXT))).rejects.toMatchObject({ code: 'FETCH_CHECKSUM_MISMATCH' });
});

test('a server that fails at one of five requests serves everything in the end', async () => {
  const parcels = Array.from({ length: 20 }, (_, number) => `${TEXT.repeat(9)} of the parcel ${number}`);
  const [longest = ''] = parcels;
  const troubles = [reset(), status(503), interrupted(longest, 100_000), truncated(longest, 9), status(429)];
  const answer: Answer = (request, response) =>
    content(parcels[Number(request.query.slice(1))] ?? '')(request, response);
  server.routes['/parcel'] = flaky(5, troubles, answer);
  const blobs = await Promise.all(parcels.map((text, number) => download(`/parcel?${number}`, checksumOf(text))));
  expect(blobs.map(({ digest }) => digest)).toEqual(parcels.map(digestOf));
  expect(server.requests.length).toBeGreaterThan(parcels.length);
});

test('no secret of an address or a header is shown, whatever goes wrong', async () => {
  const echo: Answer = ({ headers }, response) => {
    response.writeHead(403, { 'content-type': 'text/plain' }).end(`not for ${headers.authorization}`);
  };
  const troubles = [echo, status(404), status(500), corrupted(TEXT), truncated(TEXT, 9), redirect('/x?token=canary-1')];
  const shown: unknown[] = [];
  fetcher = fetcherWith({ onEvent: (event) => shown.push(event), retry: { retries: 1, delayMs: 1 } });
  const url = `${server.url.replace('://', '://canary-2:canary-3@')}/parcel?signature=canary-4`;
  for (const trouble of troubles) {
    server.routes['/parcel'] = trouble;
    const fault = await fetcher.download(url, { what, checksum: checksumOf(TEXT) }).catch((error) => error);
    shown.push(formatFault(fault), fault.message);
  }
  expect(JSON.stringify(shown)).not.toMatch(new RegExp(`canary|${btoa('canary-2:canary-3')}`));
});

test('who listens hears where a download stands', async () => {
  const events: FetchEvent[] = [];
  fetcher = fetcherWith({ onEvent: (event) => events.push(event) });
  await fetcher.download(`${server.url}/parcel?signature=secret`, { what });
  const common = { what, url: `${server.url}/parcel?...`, total: TEXT.length };
  expect(events[0]).toEqual({ type: 'download-start', bytes: 0, ...common });
  expect(events.at(-1)).toEqual({ type: 'download-end', bytes: TEXT.length, ...common });
});
