import { createProxyChoice, type ProxyOptions } from './choose-proxy.ts';
import { createConnections, type Timeouts } from './connections.ts';
import type { NpmConfig } from './npm-config.ts';
import type { RequestContext } from './request.ts';
import { createRetries, type Retries, type RetryOptions } from './retries.ts';
import { openUnreachableHosts, type UnreachableHosts } from './unreachable-hosts.ts';

export interface RequestOptions extends ProxyOptions {
  /** npm's configuration: for its proxy, and the authorities that it trusts. */
  npm?: NpmConfig;
  /** Further authorities to trust, PEM. */
  ca?: string[];
  /** Asks nothing of anybody. */
  offline?: boolean;
  /** Shared by those who shall not wait for the same host again. */
  unreachable?: UnreachableHosts;
  /** 3.5 s to connect, 4.5 s until a host gives a first sign of life, 30 s of silence after that. */
  timeouts?: Partial<Timeouts>;
  /** 4 more tries, the first after 0.3 s. */
  retry?: Partial<RetryOptions>;
}

export interface Requests {
  context: RequestContext;
  /** For one piece of work. */
  retries(): Retries;
}

export function openRequests({ env, npm, offline = false, ...options }: RequestOptions): Requests {
  const timeouts = { connectMs: 3500, firstAnswerMs: 4500, stallMs: 30_000, ...options.timeouts };
  const further = [...(npm?.ca ?? []), ...(options.ca ?? [])];
  const ca = { read: () => further, source: 'the npm configuration' };
  const proxyFor = createProxyChoice({ env, npm, proxy: options.proxy });
  const connections = createConnections({ env, ca, timeouts, proxyFor });
  const unreachable = options.unreachable ?? openUnreachableHosts();
  return {
    context: { connections, offline, unreachable },
    retries: () => createRetries({ retries: 4, delayMs: 300, ...options.retry }),
  };
}
