import { mkdtemp, writeFile } from 'node:fs/promises';
import { Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, removeFolder, type Store } from '@dema/store';
import {
  content,
  createCertificateAuthority,
  listen,
  redirect,
  startProxy,
  startServer,
  type TestProxy,
  type TestServer,
} from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFetcher, createHttp, type FetcherOptions } from './index.ts';

const what = 'The parcel';
const authority = createCertificateAuthority();
const closing: { close(): Promise<void> }[] = [];

let root: string;
let store: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'connections-'));
  store = await openStore(root);
});

afterEach(async () => {
  for (const one of closing.splice(0)) await one.close();
  await removeFolder(root);
});

async function read(url: string, options: Partial<FetcherOptions>): Promise<string> {
  const fetcher = createFetcher({ store, env: {}, retry: { delayMs: 1 }, ...options });
  closing.push(fetcher);
  return Buffer.from(await fetcher.readBytes(url, { what })).toString();
}

async function serve(tls: boolean): Promise<TestServer> {
  const certificate = tls ? authority.issue(['registry.example', '127.0.0.1']) : undefined;
  const server = await startServer({ '/parcel': content('inside') }, certificate);
  closing.push(server);
  return server;
}

async function proxyFor(credentials?: string): Promise<TestProxy> {
  const proxy = await startProxy(credentials);
  closing.push(proxy);
  return proxy;
}

test('a certificate of an unknown authority is a fault that names what to set', async () => {
  const { url } = await serve(true);
  await expect(read(`${url}/parcel`, {})).rejects.toMatchObject({
    code: 'FETCH_CERTIFICATE_UNTRUSTED',
    fix: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    details: expect.arrayContaining([expect.stringContaining('Node.js itself')]),
  });
});

test.each(['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'])('the authorities in %s are trusted', async (variable) => {
  const { url } = await serve(true);
  const file = join(root, 'ca.pem');
  await writeFile(file, authority.cert);
  expect(await read(`${url}/parcel`, { env: { [variable]: file } })).toBe('inside');
});

test('the authorities that a caller gives are trusted', async () => {
  const { url } = await serve(true);
  expect(await read(`${url}/parcel`, { ca: [authority.cert] })).toBe('inside');
});

test('a file of authorities that cannot be read is named when a certificate is not trusted', async () => {
  const { url } = await serve(true);
  const env = { NODE_EXTRA_CA_CERTS: join(root, 'none.pem') };
  await expect(read(`${url}/parcel`, { env })).rejects.toMatchObject({
    details: expect.arrayContaining([expect.stringContaining('none.pem (cannot be read: ENOENT)')]),
  });
});

test('a tunnel through the proxy leads to https addresses', async () => {
  const { host } = await serve(true);
  const proxy = await proxyFor();
  const target = `registry.example:${host.split(':')[1]}`;
  const options = { env: { HTTPS_PROXY: proxy.url }, ca: [authority.cert] };
  expect(await read(`https://${target}/parcel`, options)).toBe('inside');
  expect(proxy.seen).toEqual([`CONNECT ${target}`]);
});

test('http addresses are asked for at the proxy, with the credentials of its address', async () => {
  const { host } = await serve(false);
  const proxy = await proxyFor('user:pa ss');
  const url = `http://registry.example:${host.split(':')[1]}/parcel`;
  const address = proxy.url.replace('://', '://user:pa%20ss@');
  expect(await read(url, { env: { http_proxy: address } })).toBe('inside');
  expect(proxy.seen).toEqual([`GET ${url}`]);
});

test.each(['http', 'https'])('a proxy that refuses %s is a fault, without its password', async (protocol) => {
  const proxy = await proxyFor('user:password');
  const address = proxy.url.replace('://', '://user:wrong@');
  const options = { proxy: { http: address, https: address } };
  await expect(read(`${protocol}://registry.example/parcel`, options)).rejects.toMatchObject({
    code: 'FETCH_PROXY_REFUSED',
    problem: expect.stringContaining(`the proxy ${proxy.url}/ refuses`),
  });
});

test.each(['http', 'https'])('a proxy that cannot be reached is named for %s', async (protocol) => {
  const proxy = await startProxy();
  await proxy.close();
  const options = { proxy: { http: proxy.url, https: proxy.url } };
  await expect(read(`${protocol}://registry.example/parcel`, options)).rejects.toMatchObject({
    code: 'FETCH_HOST_UNREACHABLE',
    problem: expect.stringContaining(`through the proxy ${proxy.url}`),
  });
});

test('a host that accepts a connection and says nothing is given up at the first time', async () => {
  let connections = 0;
  const { port, close } = await listen(
    new Server(() => {
      connections += 1;
    }),
  );
  closing.push({ close });
  const timeouts = { connectMs: 50 };
  await expect(read(`https://127.0.0.1:${port}/`, { timeouts })).rejects.toMatchObject({
    code: 'FETCH_HOST_UNREACHABLE',
    details: expect.arrayContaining([expect.stringContaining('timeout')]),
  });
  expect(connections).toBe(1);
});

test('a redirect from https: to http: is not followed', async () => {
  const [secure, plain] = [await serve(true), await serve(false)];
  secure.routes['/moved'] = redirect(`${plain.url}/parcel`);
  await expect(read(`${secure.url}/moved`, { ca: [authority.cert] })).rejects.toMatchObject({
    code: 'FETCH_REDIRECT_INSECURE',
  });
  expect(plain.requests).toEqual([]);
});

test('an address that is no proxy is a fault of the one who set it', async () => {
  const env = { HTTP_PROXY: 'ftp://proxy.example' };
  await expect(read('http://registry.example/', { env })).rejects.toMatchObject({
    code: 'FETCH_PROXY_INVALID',
    blame: 'user',
  });
});

test('answers that nobody reads, and those of HEAD, leave connections open for the next request', async () => {
  let closed = 0;
  const seen = new Set<Socket>();
  const asked: unknown[] = [];
  const server = await startServer({
    '/': ({ headers }, response) => {
      const { socket } = response;
      if (socket && !seen.has(socket)) socket.once('close', () => (closed += 1));
      if (socket) seen.add(socket);
      asked.push(headers.connection);
      response.writeHead(404, { 'content-length': '4' }).end('none');
    },
  });
  const http = createHttp({ env: {} });
  for (const method of ['HEAD', 'GET', 'POST', 'HEAD', 'GET'] as const) {
    (await http.send({ method, url: `${server.url}/a`, what: 'It' })).discard();
  }
  expect({ closed, asked: new Set(asked) }).toEqual({ closed: 0, asked: new Set(['keep-alive']) });
  await http.close();
  await server.close();
});

test('whoever is spoken to without TLS costs no reading of authorities', async () => {
  const { url } = await serve(false);
  const read = () => {
    throw new Error('they were read');
  };
  const http = createHttp({ env: {}, ca: { read, source: 'a test' } });
  closing.push(http);
  const answer = await http.send({ method: 'GET', url: `${url}/parcel`, what });
  expect(answer.status).toBe(200);
  answer.discard();
});
