import { type Fault, isFault } from '@dema/errors';
import { createRetries, type HttpAnswer, type Retries } from '@dema/fetch';
import { registryAnswerInvalid, registryBrokeOff, registryRefused, registryUnreachable } from './faults.ts';
import { isInsecureHere } from './insecure-registries.ts';
import { checkUploadPlace } from './private-address.ts';
import { readSmall } from './read-small.ts';
import { type ConnectionsOptions, openRegistryConnections, type RegistryConnections } from './registry-connections.ts';
import { createRegistryLogin, type RegistryLogin } from './registry-login.ts';

export interface RegistryOptions extends ConnectionsOptions {
  /** Whether plain HTTP and any certificate will do, also where the machine does not say so. */
  isInsecure?: boolean;
  /** Whether no mirror will do: what a tag stands for there may be older than what is to be changed. */
  isFromOrigin?: boolean;
  /** Those of the work that this is part of, which closes them; without them this has its own. */
  connections?: RegistryConnections;
  /** Whether there is another one to ask, so that nothing is tried twice. */
  isOneOfSeveral?: boolean;
}

export interface RegistryAsk {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  /** Below `/v2/<repository>/`, or an address that the registry gave. */
  path: string;
  headers?: Record<string, string>;
  body?: () => AsyncIterable<Uint8Array> | string | Uint8Array;
  /** Statuses that are no refusal; without them there is none. */
  expected?: number[];
  /** Whether nothing is tried again. */
  isOnce?: boolean;
}

/** One repository of a registry (OCI distribution specification). */
export interface Registry {
  host: string;
  repository: string;
  /**
   * Logs in when it is asked to, and goes where it is sent to, without the login when that is elsewhere.
   * Faults: OCI_REGISTRY_REFUSED for any other status than the expected ones, OCI_REGISTRY_UNREACHABLE, OCI_REGISTRY_BROKE_OFF.
   */
  ask(request: RegistryAsk): Promise<HttpAnswer>;
  /** The fault for an answer that is not what was hoped for. */
  refusal(request: Pick<RegistryAsk, 'method'>, answer: HttpAnswer): Promise<Fault>;
  /** What an error means that ended an answer while it was read, and whether another try may help. */
  judge(request: Pick<RegistryAsk, 'method' | 'path'>, error: unknown): Promise<{ problem: Fault; again: boolean }>;
  /** For one piece of work of several requests. */
  retries(): Retries;
  /** The absolute address of one that the registry gave in answer to a request for `from`. */
  resolve(location: string, from?: string): string;
  close(): Promise<void>;
}

const MOST_REDIRECTS = 10;

/** @param actions what is to be done: `pull` or `pull,push`; `others` names repositories that layers are mounted from, `scopes` stands for both */
export async function openRegistry(
  { host, repository }: { host: string; repository: string },
  { isInsecure: isCalledInsecure = false, connections: shared, isOneOfSeveral = false, ...options }: RegistryOptions,
  { actions, others = [], scopes: more }: { actions: string; others?: string[]; scopes?: string[] },
): Promise<Registry> {
  const connections = shared ?? openRegistryConnections(options);
  const isInsecure = isCalledInsecure || isInsecureHere({ host, repository }, await connections.configuration());
  const http = connections.http(host, isInsecure);
  // Addresses are compared with it, and have small letters and no port that goes without saying.
  const base = new URL(await connections.findBase(host, isInsecure)).origin;
  const scopes = more ?? [`repository:${repository}:${actions}`];
  const hopedFor = others.map((other) => `repository:${other}:pull`);
  const findCredentials = () => connections.findCredentials(host, repository);
  const login = createRegistryLogin({ http, host, base, scopes, hopedFor, findCredentials });
  const root = `${base}/v2/${repository}/`;
  const what = (method: RegistryAsk['method']) => describe(method, `${host}/${repository}`);
  const resolve = (location: string, from = root) => resolveLocation({ host, base }, location, from);

  async function ask({
    method,
    path,
    headers,
    body,
    expected,
    isOnce = isOneOfSeveral,
  }: RegistryAsk): Promise<HttpAnswer> {
    const send = (url: string, more: Record<string, string>) =>
      http.send({ method, url, what: what(method), headers: { ...headers, ...more }, body, isOnce });
    // Credentials are for the registry alone, not for a storage that it sends us to.
    const sendTo = (url: string) =>
      url.startsWith(`${base}/`) ? sendLoggedIn(login, (more) => send(url, more)) : send(url, {});
    const answer = await follow({ host, method, resolve, sendTo }, resolve(path));
    if (expected === undefined || expected.includes(answer.status)) return answer;
    throw await refusal({ method }, answer);
  }

  async function refusal({ method }: Pick<RegistryAsk, 'method'>, answer: HttpAnswer): Promise<Fault> {
    return registryRefused(what(method), answer.status, await readComplaint(answer));
  }

  return {
    host,
    repository,
    resolve: (location, from) => resolve(location, from === undefined ? root : resolve(from)),
    refusal,
    retries: () => createRetries({ retries: isOneOfSeveral ? 0 : 4, delayMs: 300, ...options.retry }),
    ask: (request) => ask(request).catch((error) => throwAsOfRegistry(host, what(request.method), error)),
    async judge({ method, path }, error) {
      const { problem, again } = await http.judge({ url: resolve(path), what: what(method) }, error);
      return { problem: asOfRegistry(host, what(method), problem), again };
    },
    async close() {
      if (!shared) await connections.close();
    },
  };
}

/** Logs in once, and once more where the login turns out not to be for all that is to be done. */
async function sendLoggedIn(
  login: RegistryLogin,
  send: (headers: Record<string, string>) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  let sent = await login.headers();
  let answer = await send(sent);
  for (let logins = 0; logins < 2; logins += 1) {
    const challenge = answer.headers['www-authenticate'] ?? '';
    const isLacking = /error="?insufficient_scope/.test(challenge);
    if (!(answer.status === 401 && (logins === 0 || isLacking)) && !(answer.status === 403 && isLacking)) break;
    answer.discard();
    await login.answer(challenge, sent);
    sent = await login.headers();
    answer = await send(sent);
  }
  return answer;
}

interface Way {
  host: string;
  method: RegistryAsk['method'];
  resolve(location: string, from: string): string;
  sendTo(url: string): Promise<HttpAnswer>;
}

async function follow({ host, method, resolve, sendTo }: Way, first: string): Promise<HttpAnswer> {
  let url = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const answer = await sendTo(url);
    if (!isRedirect(method, answer)) return answer;
    answer.discard();
    url = resolve(answer.headers.location ?? '', url);
    if (!isRead(method)) checkUploadPlace(host, url);
  }
  throw registryAnswerInvalid(host, 'it redirects without end');
}

function isRead(method: RegistryAsk['method']): boolean {
  return method === 'GET' || method === 'HEAD';
}

function isRedirect(method: RegistryAsk['method'], { status }: HttpAnswer): boolean {
  return status === 307 || status === 308 || (isRead(method) && (status === 301 || status === 302 || status === 303));
}

/** Behind a proxy many a registry thinks that it speaks plain HTTP. Nobody else is sent anything unencrypted. */
function resolveLocation({ host, base }: { host: string; base: string }, location: string, from: string): string {
  const url = URL.parse(location, from);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw registryAnswerInvalid(host, `it names the address "${location}"`);
  if (base.startsWith('http:') || url.protocol === 'https:') return url.href;
  const own = url.href.replace(/^http:/, 'https:');
  if (new URL(own).hostname === new URL(base).hostname) return own;
  throw registryAnswerInvalid(host, `it sends to an address without encryption, ${url.origin}`);
}

function describe(method: RegistryAsk['method'], name: string): string {
  return `${isRead(method) ? 'Reading' : 'Writing'} the image ${name}`;
}

function throwAsOfRegistry(host: string, what: string, error: unknown): never {
  throw isFault(error) ? asOfRegistry(host, what, error) : error;
}

/** What is said of downloads in general, said of a registry. */
function asOfRegistry(host: string, what: string, problem: Fault): Fault {
  const { code, details } = problem;
  if (code === 'FETCH_HOST_UNREACHABLE') return registryUnreachable(host, details, problem);
  const isBroken = code === 'FETCH_TRUNCATED' || code === 'FETCH_STALLED';
  return isBroken ? registryBrokeOff(what, details, problem) : problem;
}

const LARGEST_COMPLAINT = 64 * 1024;

/** What the registry says, in the form that the specification has for errors. */
async function readComplaint(answer: HttpAnswer): Promise<string[]> {
  const content = await readSmall(answer.body, LARGEST_COMPLAINT).catch(() => undefined);
  answer.discard();
  try {
    const { errors } = JSON.parse(String(content)) as { errors: { code?: unknown; message?: unknown }[] };
    return errors.slice(0, 5).map(({ code, message }) => [code, message].filter(Boolean).join(': '));
  } catch {
    return [];
  }
}
