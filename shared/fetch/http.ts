import { Readable } from 'node:stream';
import type { Fault } from '@dema/errors';
import type { FurtherAuthorities } from './certificates.ts';
import { createProxyChoice } from './choose-proxy.ts';
import { type Answer, createConnections } from './connections.ts';
import { judgeError } from './request.ts';
import { createRetries, parseRetryAfter, type RetryOptions } from './retries.ts';
import { openUnreachableHosts } from './unreachable-hosts.ts';

export type HttpAnswer = Answer;

export interface HttpAsk {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  url: string;
  /** What it is, as a person would say it: begins the problem of a fault. */
  what: string;
  headers?: Record<string, string>;
  /** Whether nothing is tried again. */
  isOnce?: boolean;
  /** Made anew for each try. */
  body?: () => AsyncIterable<Uint8Array> | string | Uint8Array;
}

/** Requests of any kind, through the host's proxies and with the authorities that it trusts. */
export interface Http {
  /**
   * The answer, whatever its status is and without following it elsewhere. What fails on the way, or by a status that says
   * that it may go well another time, is tried again. Faults: FETCH_* for a host that is not reached or not trusted.
   */
  send(ask: HttpAsk): Promise<HttpAnswer>;
  /** What an error means that ended an answer while it was read, and whether another try may help; any other error is thrown on. */
  judge(ask: Pick<HttpAsk, 'url' | 'what'>, error: unknown): Promise<{ problem: Fault; again: boolean }>;
  close(): Promise<void>;
}

export interface HttpOptions {
  env: Record<string, string | undefined>;
  /** Takes any certificate. */
  isInsecure?: boolean;
  /** Read when the first connection is made. */
  ca?: FurtherAuthorities;
  retry?: Partial<RetryOptions>;
}

/** Storing a large body may take its receiver long. */
const TIMEOUTS = { connectMs: 5000, firstAnswerMs: 20_000, stallMs: 300_000 };

export function createHttp({ env, isInsecure, ca, retry }: HttpOptions): Http {
  const proxyFor = createProxyChoice({ env });
  const connections = createConnections({ env, proxyFor, timeouts: TIMEOUTS, isInsecure, ca });
  const context = { connections, offline: false, unreachable: openUnreachableHosts() };
  return {
    async send({ method, url, what, headers, body, isOnce = false }) {
      const retries = createRetries({ retries: isOnce ? 0 : 4, delayMs: 300, ...retry });
      for (;;) {
        const made = body?.();
        const sent = typeof made === 'object' && !(made instanceof Uint8Array) ? Readable.from(made) : made;
        try {
          const request = { method, headers: { 'user-agent': 'dema', ...headers }, body: sent, reset: false };
          const answer = await connections.send(url, request);
          if (!mayPass(answer) || !(await retries.wait(retryAfter(answer)))) return answer;
          answer.discard();
        } catch (error) {
          const { problem, again } = await judgeError(context, { what, url }, error);
          if (!again || !(await retries.wait())) throw problem;
        }
      }
    },
    judge: (wanted, error) => judgeError(context, wanted, error),
    close: () => connections.close(),
  };
}

/** Whether the same may go well another time: 499 and 52x are what proxies say of servers behind them. */
export function mayPass({ status }: Answer): boolean {
  return [408, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524].includes(status);
}

/** Milliseconds that an answer asks to wait before the next try. */
export function retryAfter({ headers }: Answer): number | undefined {
  return parseRetryAfter(headers['retry-after'], Date.now());
}
