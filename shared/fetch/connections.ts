import type { Dispatcher } from 'undici';
import { type FurtherAuthorities, readAuthorities } from './certificates.ts';
import { proxyInvalid } from './faults.ts';
import { createFirstAnswers } from './first-answers.ts';
import type { HttpRequest } from './http-client.ts';
import { RESOLVER_OPTIONS } from './resolver-options.ts';
import { registerUserInfo } from './user-info.ts';

const CONNECTIONS_PER_HOST = 8;
const MOST_DISCARDED = 16 * 1024;

export interface Timeouts {
  /** For name look-up, connection and TLS together. */
  connectMs: number;
  /** For the first sign of life of a host, connection included. */
  firstAnswerMs: number;
  /** Longest silence before the answer begins and within it. */
  stallMs: number;
}

export interface ConnectionOptions {
  env: Record<string, string | undefined>;
  ca?: FurtherAuthorities;
  proxyFor(url: string): string | undefined;
  timeouts: Timeouts;
  /** Takes any certificate: for hosts that a person calls insecure. */
  isInsecure?: boolean;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array>;
  /** Ends a body that nobody reads. */
  discard(): void;
}

/** Greetings have connections of their own: those for work may all be waiting for a slow host. */
type Use = 'work' | 'greeting';

/** One request and its answer, as they are: no redirect, no second try. */
export interface Connections {
  get(url: string, headers: Record<string, string>): Promise<Answer>;
  send(url: string, request: HttpRequest): Promise<Answer>;
  /** Asks for an address and then, where that takes long, for its host's front page; ends when anything is answered. */
  greet(url: string): Promise<void>;
  proxyFor(url: string): string | undefined;
  /** Where the trusted authorities came from, for messages. */
  authoritySources(): Promise<string[]>;
  close(): Promise<void>;
}

export function createConnections(options: ConnectionOptions): Connections {
  const dispatchers = new Map<string, Promise<Dispatcher>>();
  const firstAnswers = createFirstAnswers({ waitMs: options.timeouts.firstAnswerMs, greet });
  let authorities: ReturnType<typeof readAuthorities> | undefined;

  function readOnce() {
    authorities ??= readAuthorities(options.env, options.ca);
    return authorities;
  }

  function dispatcherFor(use: Use, url: string): Promise<Dispatcher> {
    const proxy = options.proxyFor(url) ?? '';
    const isPlain = proxy === '' && url.startsWith('http:');
    const key = `${use} ${isPlain ? 'plain' : proxy}`;
    const known = dispatchers.get(key);
    if (known) return known;
    registerUserInfo(proxy);
    const fresh = isPlain ? createPlainDispatcher(options) : createDispatcher(proxy, options, readOnce);
    dispatchers.set(key, fresh);
    return fresh;
  }

  async function sendFor(use: Use, url: string, request: HttpRequest): Promise<Answer> {
    const { send } = await import('./http-client.ts');
    const dispatcher = await dispatcherFor(use, url);
    const { statusCode, headers, body } = await send(dispatcher, url, request);
    // An error that comes after the reader has gone is nobody's.
    body.on('error', () => undefined);
    // A few bytes are read to their end, so that the connection serves the next request; of more it is closed.
    const discard = () => void body.dump({ limit: MOST_DISCARDED }).catch(() => undefined);
    return { status: statusCode, headers: flatten(headers), body, discard };
  }

  async function greet(url: string, signal?: AbortSignal): Promise<void> {
    const request = { method: 'HEAD', headers: { 'user-agent': 'dema' }, signal } as const;
    (await sendFor('greeting', url, request)).discard();
  }

  return {
    proxyFor: options.proxyFor,
    get: (url, headers) =>
      firstAnswers(new URL(url).origin, (signal) => sendFor('work', url, { method: 'GET', headers, signal })),
    send: (url, request) => firstAnswers(new URL(url).origin, () => sendFor('work', url, request)),
    greet: (url) => firstAnswers(new URL(url).origin, (signal) => greet(url, signal)),
    authoritySources: async () => (await readOnce()).sources,
    async close() {
      for (const one of dispatchers.values()) await (await one.catch(() => undefined))?.destroy();
      dispatchers.clear();
    },
  };
}

/** Of hosts that are spoken to without TLS: the authorities, which take longer to load than an answer to come, are not needed. */
async function createPlainDispatcher({ timeouts }: ConnectionOptions): Promise<Dispatcher> {
  limitLookups();
  const { Agent } = await import('./http-client.ts');
  return new Agent({ ...limitsOf(timeouts), allowH2: false, connect: connectLimits(timeouts) });
}

async function createDispatcher(
  proxy: string,
  { timeouts, isInsecure = false }: ConnectionOptions,
  authorities: () => Promise<{ pem: string[] }>,
): Promise<Dispatcher> {
  if (proxy && !/^https?:$/.test(URL.parse(proxy)?.protocol ?? '')) throw proxyInvalid(proxy);
  limitLookups();
  const { createSecureContext } = await import('node:tls');
  // Parsed once: as a plain list, Node parses some 300 certificates again for every connection.
  const secureContext = createSecureContext({ ca: (await authorities()).pem });
  const tls = { secureContext, rejectUnauthorized: !isInsecure, ...connectLimits(timeouts) };
  const limits = limitsOf(timeouts);
  const { Agent, ProxyAgent } = await import('./http-client.ts');
  if (!proxy) return new Agent({ ...limits, allowH2: false, connect: tls });
  return new ProxyAgent({ ...limits, allowH2: false, uri: proxy, requestTls: tls, proxyTls: tls });
}

/** glibc reads it when a process looks up its first name, and there is no other way to tell it. */
function limitLookups(): void {
  process.env.RES_OPTIONS ??= RESOLVER_OPTIONS;
}

function connectLimits({ connectMs }: Timeouts) {
  return { timeout: connectMs, autoSelectFamilyAttemptTimeout: 1000 };
}

function limitsOf({ stallMs }: Timeouts) {
  return { headersTimeout: stallMs, bodyTimeout: stallMs, connections: CONNECTIONS_PER_HOST };
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]));
}
