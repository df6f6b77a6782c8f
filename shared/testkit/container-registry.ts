import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { ServerCertificate } from './certificate-authority.ts';
import { listen } from './test-server.ts';

export interface ContainerRegistryOptions {
  tls?: ServerCertificate;
  /** Who may do anything: `user:password`, asked for directly or by a token. */
  login?: { kind: 'basic' | 'bearer'; userInfo: string };
  /** How many requests fail first, with 503. */
  failures?: number;
}

/** A registry for containers in memory, on a free loopback port (OCI distribution specification). */
export interface ContainerRegistry {
  /** `127.0.0.1:<port>`. */
  host: string;
  /** By `<repository>@<digest>`. */
  blobs: Map<string, Buffer>;
  /** By `<repository>:<tag>` and `<repository>@<digest>`. */
  manifests: Map<string, { content: Buffer; type: string }>;
  /** `METHOD path` of all that came, without queries. */
  requests: string[];
  close(): Promise<void>;
}

interface Seen {
  method: string;
  url: URL;
  repository: string;
  rest: string;
  body: Buffer;
  type: string;
}

type Reply = { status: number; headers?: Record<string, string>; body?: Buffer };

const TOKEN = 'a-token-for-tests';

export async function startContainerRegistry(options: ContainerRegistryOptions = {}): Promise<ContainerRegistry> {
  const state = { blobs: new Map(), manifests: new Map(), requests: [] } as Omit<ContainerRegistry, 'host' | 'close'>;
  let failures = options.failures ?? 0;
  const scheme = options.tls ? 'https' : 'http';
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const url = new URL(request.url ?? '/', `${scheme}://${request.headers.host}`);
    state.requests.push(`${request.method} ${url.pathname}`);
    failures -= 1;
    const reply =
      failures >= 0 ? { status: 503 } : (checkLogin(options, request, url) ?? route(state, request, url, body));
    response.writeHead(reply.status, reply.headers).end(request.method === 'HEAD' ? undefined : reply.body);
  };
  const server = options.tls ? createTlsServer(options.tls, answer) : createServer(answer);
  const { port, close } = await listen(server);
  return { host: `127.0.0.1:${port}`, ...state, close };
}

function checkLogin({ login }: ContainerRegistryOptions, request: IncomingMessage, url: URL): Reply | undefined {
  if (login === undefined) return undefined;
  const basic = `Basic ${Buffer.from(login.userInfo).toString('base64')}`;
  const given = request.headers.authorization;
  if (url.pathname === '/token') {
    return given === basic ? json(200, { token: TOKEN }) : json(401, {});
  }
  if (given === (login.kind === 'basic' ? basic : `Bearer ${TOKEN}`)) return undefined;
  const bearer = `Bearer realm="${url.origin}/token",service="tests"`;
  const headers = { 'www-authenticate': login.kind === 'basic' ? 'Basic realm="tests"' : bearer };
  return { ...json(401, { errors: [{ code: 'UNAUTHORIZED', message: 'log in first' }] }), headers };
}

function route(
  state: Omit<ContainerRegistry, 'host' | 'close'>,
  request: IncomingMessage,
  url: URL,
  body: Buffer,
): Reply {
  const [, repository = '', rest = ''] = /^\/v2\/(.+)\/((?:blobs|manifests)\/.+)$/.exec(url.pathname) ?? [];
  if (url.pathname === '/v2/') return json(200, {});
  const seen = {
    method: request.method ?? '',
    url,
    repository,
    rest,
    body,
    type: request.headers['content-type'] ?? '',
  };
  return rest.startsWith('blobs/') ? routeBlob(state, seen) : routeManifest(state, seen);
}

function routeBlob({ blobs }: Pick<ContainerRegistry, 'blobs'>, { method, url, repository, rest, body }: Seen): Reply {
  const { searchParams: query } = url;
  if (method === 'POST') {
    const mounted = blobs.get(`${query.get('from')}@${query.get('mount')}`);
    if (mounted === undefined)
      return { status: 202, headers: { location: `/v2/${repository}/blobs/uploads/1?state=x` } };
    blobs.set(`${repository}@${query.get('mount')}`, mounted);
    return { status: 201 };
  }
  if (method === 'PUT') {
    const digest = query.get('digest') ?? '';
    if (digestOf(body) !== digest || query.get('state') !== 'x') return refusal('DIGEST_INVALID');
    blobs.set(`${repository}@${digest}`, body);
    return { status: 201 };
  }
  const found = blobs.get(`${repository}@${rest.slice('blobs/'.length)}`);
  return found ? { status: 200, body: found } : json(404, {});
}

function routeManifest(
  { manifests, blobs }: Pick<ContainerRegistry, 'blobs' | 'manifests'>,
  { method, repository, rest, body, type }: Seen,
): Reply {
  const reference = rest.slice('manifests/'.length);
  const key = `${repository}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`;
  if (method === 'PUT') {
    const { config, layers = [], manifests: images = [] } = JSON.parse(body.toString('utf8'));
    const needed = [...(config ? [config] : []), ...layers];
    if (needed.some(({ digest }) => !blobs.has(`${repository}@${digest}`))) return refusal('BLOB_UNKNOWN');
    if (images.some(({ digest }: { digest: string }) => !manifests.has(`${repository}@${digest}`)))
      return refusal('MANIFEST_BLOB_UNKNOWN');
    for (const one of [key, `${repository}@${digestOf(body)}`]) manifests.set(one, { content: body, type });
    return { status: 201 };
  }
  const found = manifests.get(key);
  return found ? { status: 200, body: found.content, headers: { 'content-type': found.type } } : json(404, {});
}

function refusal(code: string): Reply {
  return json(400, { errors: [{ code, message: 'no' }] });
}

function json(status: number, value: unknown): Reply {
  return { status, body: Buffer.from(JSON.stringify(value)), headers: { 'content-type': 'application/json' } };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
