import { mkdtemp } from 'node:fs/promises';
import { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, removeFolder, type Store } from '@dema/store';
import { content, createCertificateAuthority, listen, startProxy, startServer } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFetcher, type FetcherOptions, openUnreachableHosts } from './index.ts';

const closing: { close(): Promise<void> }[] = [];

let root: string;
let store: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'unreachable-'));
  store = await openStore(root);
});

afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
  await removeFolder(root);
});

function closeLater<T extends { close(): Promise<void> }>(one: T): T {
  closing.push(one);
  return one;
}

function fetcherWith(options: Partial<FetcherOptions> = {}) {
  const timeouts = { firstAnswerMs: 150 };
  return closeLater(createFetcher({ store, env: {}, retry: { delayMs: 1 }, timeouts, ...options }));
}

/** Takes connections and says nothing. */
async function startSilentHost() {
  const host = { connections: 0, url: '', host: '', close: async () => {} };
  const server = new Server(() => {
    host.connections += 1;
  });
  const { port, close } = await listen(server);
  return closeLater(Object.assign(host, { close, host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}` }));
}

test('who takes connections and never says anything counts as unreachable', async () => {
  const { url } = await startSilentHost();
  await expect(fetcherWith().readBytes(`${url}/parcel`, { what: 'The parcel' })).rejects.toMatchObject({
    code: 'FETCH_HOST_UNREACHABLE',
    details: [`${url}/parcel`, 'no answer within 0.15 s'],
  });
});

test.each(['http', 'https'])('so does a host behind a proxy that says nothing, for %s', async (protocol) => {
  const { url } = await startSilentHost();
  const fetcher = fetcherWith({ proxy: { http: url, https: url } });
  await expect(fetcher.readBytes(`${protocol}://registry.example/`, { what: 'The parcel' })).rejects.toMatchObject({
    code: 'FETCH_HOST_UNREACHABLE',
    problem: expect.stringContaining(`through the proxy ${url}`),
  });
});

/** As long as a busy machine may take for an answer of its own; a greeting comes after half of it. */
const PATIENT = { firstAnswerMs: 4000 };

/** Answers below `/slow` once it has been greeted, and not before; that a greeting is enough is for the test of first answers. */
async function startSlowServer() {
  const server = closeLater(await startServer());
  const greeted = new Promise<void>((resolve) => {
    server.routes['/'] = (_, response) => {
      response.end();
      resolve();
    };
  });
  server.routes['/slow/'] = (_, response) => void greeted.then(() => response.end('at last'));
  return server;
}

test('a host that is only slow is greeted, and waited for', async () => {
  const server = await startSlowServer();
  const fetcher = fetcherWith({ timeouts: PATIENT });
  const bytes = await fetcher.readBytes(`${server.url}/slow/parcel`, { what: 'The parcel' });
  expect(Buffer.from(bytes).toString()).toBe('at last');
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /slow/parcel', 'HEAD /']);
});

test('so is one that is slow to many at once', async () => {
  const server = await startSlowServer();
  const fetcher = fetcherWith({ timeouts: PATIENT });
  const all = Array.from({ length: 20 }, (_, number) =>
    fetcher.readBytes(`${server.url}/slow/${number}`, { what: 'The parcel' }),
  );
  expect(new Set((await Promise.all(all)).map(({ length }) => length))).toEqual(new Set([7]));
  expect(server.requests.filter(({ method }) => method === 'HEAD').length).toBe(1);
});

test('what is known to be unreachable is waited for once in a build, whatever is asked and whoever asks', async () => {
  const host = await startSilentHost();
  const file = join(root, 'unreachable-hosts');
  const first = fetcherWith({ unreachable: openUnreachableHosts(file) });
  await expect(first.download(`${host.url}/a`, { what: 'The first' })).rejects.toThrow('The first');
  const { connections } = host;
  await expect(first.readJson(`${host.url}/b`, { what: 'The second' })).rejects.toMatchObject({
    problem: expect.stringMatching(/^The second/),
    details: [`${host.url}/b`, 'no answer within 0.15 s'],
  });
  const later = fetcherWith({ unreachable: openUnreachableHosts(file) });
  await expect(later.readBytes(`${host.url}/c`, { what: 'The third' })).rejects.toThrow('The third');
  expect(host.connections).toBe(connections);
});

test('a host that the proxy does not reach leaves others reachable through it', async () => {
  const authority = createCertificateAuthority();
  const server = closeLater(await startServer({ '/': content('inside') }, authority.issue(['alive.example'])));
  const proxy = closeLater(await startProxy());
  const fetcher = fetcherWith({ ca: [authority.cert], proxy: { https: proxy.url }, timeouts: PATIENT });
  const dead = fetcher.readBytes('https://dead.example:1/', { what: 'The parcel' });
  await expect(dead).rejects.toMatchObject({ code: 'FETCH_HOST_UNREACHABLE' });
  expect(await fetcher.readBytes(`https://alive.example:${new URL(server.url).port}/`, { what: 'It' })).toHaveLength(6);
  await expect(fetcher.readBytes('https://dead.example:1/', { what: 'It' })).rejects.toThrow();
  expect(proxy.seen.filter((one) => one.includes('dead')).length).toBe(2);
});

test('notes that nobody can read or write are none', async () => {
  const { url } = await startSilentHost();
  const fetcher = fetcherWith({ unreachable: openUnreachableHosts(root) });
  await expect(fetcher.readBytes(url, { what: 'It' })).rejects.toMatchObject({ code: 'FETCH_HOST_UNREACHABLE' });
});
