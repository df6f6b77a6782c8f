import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { ServerCertificate } from './certificate-authority.ts';

export interface SeenRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** With its `?`, or empty. */
  query: string;
  headers: IncomingHttpHeaders;
}

/** How one request is answered; see `answers.ts` for the usual ways. */
export type Answer = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** Answers by path: exact, or for everything below one that ends with `/`; the longest wins. */
export type Routes = Record<string, Answer>;

export interface TestServer {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  url: string;
  host: string;
  /** May be changed at any time. */
  routes: Routes;
  /** All that came, in order. */
  requests: SeenRequest[];
  /** How often a path was asked for. */
  count(path: string): number;
  close(): Promise<void>;
}

/** A real server on a free loopback port, or on `port`; what has no route is answered 404. */
export async function startServer(routes: Routes = {}, tls?: ServerCertificate, port = 0): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  const listener: RequestListener = async (request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://host');
    const seen = { method: request.method ?? '', path: pathname, query: search, headers: request.headers };
    requests.push(seen);
    response.on('error', () => undefined);
    await findAnswer(server.routes, pathname)(seen, response);
  };
  const listening = await listen(tls ? createTlsServer(tls, listener) : createServer(listener), port);
  const host = `127.0.0.1:${listening.port}`;
  const server: TestServer = {
    url: `${tls ? 'https' : 'http'}://${host}`,
    host,
    routes,
    requests,
    count: (path) => requests.filter((one) => one.path === path).length,
    close: listening.close,
  };
  return server;
}

/** Listens on the loopback address; closing ends what is still open. */
export async function listen(server: Server, port = 0): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function findAnswer(routes: Routes, path: string): Answer {
  const below = Object.keys(routes)
    .filter((route) => route.endsWith('/') && path.startsWith(route))
    .sort((one, other) => other.length - one.length);
  const answer = routes[path] ?? (below[0] === undefined ? undefined : routes[below[0]]);
  return answer ?? ((_, response) => void response.writeHead(404).end());
}
