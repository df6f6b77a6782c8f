import { createSecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import { readAuthorities } from './certificates.ts';
import { proxyInvalid } from './faults.ts';
import { findProxy, type ProxySettings } from './proxy.ts';
import { registerUserInfo } from './user-info.ts';

const CONNECTIONS_PER_HOST = 8;

export interface Timeouts {
  /** For name look-up, connection and TLS together. */
  connectMs: number;
  /** Longest silence before the answer begins and within it. */
  stallMs: number;
}

export interface ConnectionOptions {
  env: Record<string, string | undefined>;
  ca?: string[];
  proxies: ProxySettings;
  timeouts: Timeouts;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
  /** Ends a body that nobody reads. */
  discard(): void;
}

/** One request and its answer, as they are: no redirect, no second try. */
export interface Connections {
  get(url: string, headers: Record<string, string>): Promise<Answer>;
  proxyFor(url: string): string | undefined;
  /** Where the trusted authorities came from, for messages. */
  authoritySources(): Promise<string[]>;
  close(): Promise<void>;
}

export function createConnections(options: ConnectionOptions): Connections {
  const dispatchers = new Map<string, Promise<Dispatcher>>();
  let authorities: ReturnType<typeof readAuthorities> | undefined;
  for (const proxy of [options.proxies.http, options.proxies.https]) registerUserInfo(proxy ?? '');

  function readOnce() {
    authorities ??= readAuthorities(options.env, options.ca);
    return authorities;
  }

  function dispatcherFor(proxy = ''): Promise<Dispatcher> {
    const known = dispatchers.get(proxy) ?? createDispatcher(proxy, options.timeouts, readOnce);
    dispatchers.set(proxy, known);
    return known;
  }

  function proxyFor(url: string): string | undefined {
    return findProxy(options.proxies, url);
  }

  return {
    proxyFor,
    async get(url, headers) {
      const { request } = await import('./http-client.ts');
      const dispatcher = await dispatcherFor(proxyFor(url));
      const { statusCode, headers: received, body } = await request(url, { dispatcher, headers });
      // An error that comes after the reader has gone is nobody's.
      body.on('error', () => undefined);
      return { status: statusCode, headers: flatten(received), body, discard: () => body.destroy() };
    },
    authoritySources: async () => (await readOnce()).sources,
    async close() {
      for (const one of dispatchers.values()) await (await one.catch(() => undefined))?.destroy();
      dispatchers.clear();
    },
  };
}

async function createDispatcher(
  proxy: string,
  { connectMs, stallMs }: Timeouts,
  authorities: () => Promise<{ pem: string[] }>,
): Promise<Dispatcher> {
  if (proxy && !/^https?:$/.test(URL.parse(proxy)?.protocol ?? '')) throw proxyInvalid(proxy);
  // Parsed once: as a plain list, Node parses some 300 certificates again for every connection.
  const secureContext = createSecureContext({ ca: (await authorities()).pem });
  const tls = { secureContext, timeout: connectMs, autoSelectFamilyAttemptTimeout: 1000 };
  const limits = { headersTimeout: stallMs, bodyTimeout: stallMs, connections: CONNECTIONS_PER_HOST };
  const { Agent, ProxyAgent } = await import('./http-client.ts');
  if (!proxy) return new Agent({ ...limits, allowH2: false, connect: tls });
  return new ProxyAgent({ ...limits, allowH2: false, uri: proxy, requestTls: tls, proxyTls: tls });
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]));
}
