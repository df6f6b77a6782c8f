import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fetcher } from '@dema/fetch';
import { listen } from '@dema/testkit';

/** How a request can fail; in turn. */
const FAILURES = ['reset', 'server error', 'truncated', 'stalled'] as const;

export type Failure = (typeof FAILURES)[number];

export interface FlakyServer {
  url: string;
  requests: number;
  /** What failed, in order. */
  failures: { kind: Failure; path: string }[];
  close(): Promise<void>;
}

export interface FlakyOptions {
  /** Real servers by the first part of the path. */
  upstream: Record<string, { address: string; headersFor(url: string): Record<string, string> }>;
  /** Reads what these have; it is kept, so that it is read once. */
  fetcher: Fetcher;
}

const SILENCE_MS = 1500;

/** A server that hands on what other servers have, and fails at every fifth request. */
export async function startFlakyServer({ upstream, fetcher }: FlakyOptions): Promise<FlakyServer> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  const { port, close } = await listen(server);
  const flaky: FlakyServer = { url: `http://127.0.0.1:${port}`, requests: 0, failures: [], close };

  async function answer({ url = '/', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    flaky.requests += 1;
    const kind = flaky.requests % 5 === 0 ? FAILURES[flaky.failures.length % FAILURES.length] : undefined;
    if (kind) flaky.failures.push({ kind, path: url });
    if (kind === 'reset') return void response.destroy();
    if (kind === 'server error') return void response.writeHead(503).end('out of order');
    const [, name = '', ...rest] = url.split('/');
    const place = upstream[name];
    const body = place && (await read(`${place.address.replace(/\/$/, '')}/${rest.join('/')}`, place, headers.accept));
    if (!body) return void response.writeHead(404).end();
    const bytes = rewrite(Buffer.from(body), name);
    response.writeHead(200, { 'content-length': bytes.length, etag: `"${bytes.length}"` });
    if (!kind) return void response.end(bytes);
    response.write(bytes.subarray(0, bytes.length >> 1));
    if (kind === 'stalled') await wait(SILENCE_MS);
    response.destroy();
  }

  async function read(url: string, place: FlakyOptions['upstream'][string], accept = '*/*') {
    const what = `what ${url} has`;
    return fetcher.readBytes(url, { what, accept, headers: place.headersFor(url) }).catch(() => undefined);
  }

  /** Addresses of archives in descriptions of packages lead to the real server. */
  function rewrite(bytes: Buffer, name: string): Buffer {
    if (name !== 'npm' || bytes[0] !== 0x7b) return bytes;
    const address = upstream.npm?.address.replace(/\/$/, '') ?? '';
    return Buffer.from(bytes.toString().replaceAll(address, `${flaky.url}/npm`));
  }

  return flaky;
}
