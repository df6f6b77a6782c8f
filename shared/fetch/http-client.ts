/**
 * What is used of the HTTP client, so that a bundler can put it into a file that is loaded only when something is fetched.
 * Its parts one by one: its index would bring along `fetch`, WebSocket, caches and mocks, a third of its size.
 */
import type { Dispatcher as DispatcherType } from 'undici';
import api from 'undici/lib/api/index.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

// As its index does.
Object.assign(Dispatcher.prototype, api);

export { Agent, ProxyAgent };

export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH';
  headers: Record<string, string>;
  body?: DispatcherType.DispatchOptions['body'];
  signal?: AbortSignal;
  /** Whether the connection is closed behind the answer; without it only behind that of a HEAD, which some servers give a body. */
  reset?: boolean;
}

export function send(
  dispatcher: DispatcherType,
  url: string,
  request: HttpRequest,
): Promise<DispatcherType.ResponseData> {
  const { origin, pathname, search } = new URL(url);
  return dispatcher.request({ ...request, origin, path: pathname + search });
}
