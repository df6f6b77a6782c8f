import { type Fault, isFault } from '@dema/errors';
import type { Answer, Connections } from './connections.ts';
import type { Wanted } from './faults.ts';
import * as faults from './faults.ts';
import { findTrouble } from './network-error.ts';
import { parseRetryAfter, type Retries } from './retries.ts';
import type { UnreachableHosts } from './unreachable-hosts.ts';
import { encodeUserInfo, parseUserInfo, registerUserInfo } from './user-info.ts';

const MOST_REDIRECTS = 10;
const SECRET_HEADERS = ['authorization', 'cookie', 'proxy-authorization'];

export interface RequestContext {
  connections: Connections;
  offline: boolean;
  unreachable: UnreachableHosts;
}

export interface GetRequest extends Wanted {
  headers: Record<string, string>;
}

/** What came of one try: an answer, or what is wrong and whether trying again can help. */
type Outcome = { answer: Answer } | Trouble;

interface Trouble {
  problem: Fault;
  again: boolean;
  afterMs?: number;
}

/** An answer with status 200 or 206, after redirects and as many tries as `retries` allows. */
export async function get(context: RequestContext, request: GetRequest, retries: Retries): Promise<Answer> {
  if (context.offline) throw faults.offline(request);
  for (;;) {
    const outcome = await tryOnce(context, request);
    if ('answer' in outcome) return outcome.answer;
    if (!outcome.again || !(await retries.wait(outcome.afterMs))) throw outcome.problem;
  }
}

/** The fault for a host of which nothing is heard; any answer, and any trouble with a host that is there, counts as reachable. */
export async function findUnreachable(
  context: RequestContext,
  wanted: Wanted,
  retries: Retries,
): Promise<Fault | undefined> {
  for (;;) {
    const known = await findKnown(context, wanted);
    if (known) return known;
    try {
      await context.connections.greet(wanted.url);
      return undefined;
    } catch (error) {
      // Any other trouble is for the program to tell.
      const trouble = await judgeError(context, wanted, error).catch(() => undefined);
      if (!isFault(trouble?.problem, 'FETCH_HOST_UNREACHABLE')) return undefined;
      if (!trouble.again || !(await retries.wait())) return trouble.problem;
    }
  }
}

/** An error of the network while an answer was awaited or read, as an outcome; any other error is thrown on. */
export async function judgeError(context: RequestContext, wanted: Wanted, error: unknown): Promise<Trouble> {
  const trouble = findTrouble(error);
  const proxy = context.connections.proxyFor(wanted.url);
  switch (trouble) {
    case 'timeout':
    case 'unreachable':
      return judgeUnreachable(context, wanted, hostOf(proxy ?? wanted.url), trouble === 'timeout', error);
    case 'silent':
    case 'gateway':
      return judgeUnreachable(context, wanted, wayTo(context, wanted.url), trouble === 'silent', error);
    case 'certificate': {
      const sources = await context.connections.authoritySources();
      return { problem: faults.certificateUntrusted(wanted, sources, error), again: false };
    }
    case 'proxy':
      return { problem: faults.proxyRefused(wanted, proxy ?? wanted.url, error), again: false };
    case 'broken':
      return { problem: faults.truncated(wanted, error), again: true };
    case 'stalled':
      return { problem: faults.stalled(wanted, error), again: true };
    default:
      throw error;
  }
}

async function tryOnce(context: RequestContext, request: GetRequest): Promise<Outcome> {
  let { url, headers } = withoutUserInfo(request);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const wanted = { what: request.what, url };
    if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw faults.urlInvalid(wanted);
    const known = await findKnown(context, wanted);
    if (known) return { problem: known, again: false };
    try {
      const answer = await context.connections.get(url, headers);
      const target = findRedirect(answer, url);
      if (!target) return await judgeStatus(wanted, answer);
      answer.discard();
      if (/^https:/.test(url) && /^http:/.test(target)) throw faults.redirectInsecure(wanted, target);
      headers = headersFor(target, url, headers);
      url = target;
    } catch (error) {
      if (isFault(error)) throw error;
      return judgeError(context, wanted, error);
    }
  }
  return { problem: faults.tooManyRedirects(request), again: false };
}

async function findKnown(context: RequestContext, wanted: Wanted): Promise<Fault | undefined> {
  const proxy = context.connections.proxyFor(wanted.url);
  for (const host of [hostOf(proxy ?? wanted.url), wayTo(context, wanted.url)]) {
    const reason = await context.unreachable.find(host);
    if (reason !== undefined) return faults.hostUnreachable(wanted, proxy, new Error(reason));
  }
  return undefined;
}

async function judgeUnreachable(context: RequestContext, wanted: Wanted, host: string, final: boolean, error: unknown) {
  const problem = faults.hostUnreachable(wanted, context.connections.proxyFor(wanted.url), error);
  if (!final && context.unreachable.suspect(host)) return { problem, again: true };
  await context.unreachable.add(host, faults.messagesOf(error).join('; '));
  return { problem, again: false };
}

function hostOf(url: string): string {
  return new URL(url).host;
}

/** A host as it is reached: a proxy may reach others although it does not reach this one. */
function wayTo({ connections }: RequestContext, url: string): string {
  const proxy = connections.proxyFor(url);
  return proxy ? `${hostOf(url)} by ${hostOf(proxy)}` : hostOf(url);
}

async function judgeStatus(wanted: Wanted, answer: Answer): Promise<Outcome> {
  const { status } = answer;
  if (status === 200 || status === 206) return { answer };
  const details = await readBeginning(answer);
  if (status === 404 || status === 410) return { problem: faults.notFound(wanted, status), again: false };
  if (status === 401 || status === 403) return { problem: faults.accessDenied(wanted, status, details), again: false };
  const again = status === 408 || status === 429 || status >= 500;
  const afterMs = parseRetryAfter(answer.headers['retry-after'], Date.now());
  return { problem: faults.statusBad(wanted, status, details), again, afterMs };
}

async function readBeginning(answer: Answer): Promise<string[]> {
  const type = answer.headers['content-type'] ?? '';
  let text = '';
  try {
    for await (const chunk of answer.body) {
      text += Buffer.from(chunk).toString('utf8');
      if (text.length > 2000) break;
    }
  } catch {
    // The status says enough.
  }
  answer.discard();
  return /json|text\/plain/.test(type)
    ? text
        .trim()
        .split('\n')
        .slice(0, 5)
        .map((line) => line.slice(0, 300))
    : [];
}

function findRedirect({ status, headers }: Answer, from: string): string | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || !headers.location) return undefined;
  return URL.parse(headers.location, from)?.href;
}

/** Credentials are for the host that they were given for. */
function headersFor(target: string, from: string, headers: Record<string, string>): Record<string, string> {
  if (new URL(target).origin === new URL(from).origin) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRET_HEADERS.includes(name.toLowerCase())));
}

function withoutUserInfo({ url, headers }: GetRequest): { url: string; headers: Record<string, string> } {
  const userInfo = parseUserInfo(url);
  if (!userInfo) return { url, headers };
  registerUserInfo(url);
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href, headers: { ...headers, authorization: `Basic ${encodeUserInfo(userInfo)}` } };
}
