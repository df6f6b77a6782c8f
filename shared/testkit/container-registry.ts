import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { ServerCertificate } from './certificate-authority.ts';
import { answerOf, type RegistryManifest } from './registry-contents.ts';
import { openRegistryGate, type RegistryLogin } from './registry-gate.ts';
import type { RegistryReply, RegistryRequest } from './registry-request.ts';
import { openRegistryUploads } from './registry-uploads.ts';
import { listen } from './test-server.ts';

export interface ContainerRegistryOptions {
  tls?: ServerCertificate;
  login?: RegistryLogin;
  /** How many requests fail first, with 503. */
  failures?: number;
  /** Bytes that a chunk of an upload must have, but for the last (`OCI-Chunk-Min-Length`). */
  minChunk?: number;
  /** Whether it knows who refers to an image; without it tags of the client's stand in. */
  hasReferrers?: boolean;
  /** Names in a page of a list, at most. */
  pageSize?: number;
  /** Answers in the registry's place, or lets it. */
  instead?: (request: RegistryRequest) => RegistryReply | undefined | Promise<RegistryReply | undefined>;
}

/** A registry for containers in memory, on a free loopback port (OCI distribution specification). */
export interface ContainerRegistry {
  /** `127.0.0.1:<port>`. */
  host: string;
  /** By `<repository>@<digest>`. */
  blobs: Map<string, Buffer>;
  /** By `<repository>:<tag>` and `<repository>@<digest>`. */
  manifests: Map<string, RegistryManifest>;
  /** `METHOD path` of all that came, without queries. */
  requests: string[];
  close(): Promise<void>;
}

export async function startContainerRegistry(options: ContainerRegistryOptions = {}): Promise<ContainerRegistry> {
  const { hasReferrers = true, minChunk, pageSize, failures = 0 } = options;
  const requests: string[] = [];
  const kept = { blobs: new Map<string, Buffer>(), manifests: new Map<string, RegistryManifest>() };
  const contents = { ...kept, hasReferrers, pageSize };
  const uploads = openRegistryUploads(contents.blobs, { minChunk });
  const gate = openRegistryGate(options.login);

  async function reply(asked: RegistryRequest): Promise<RegistryReply> {
    const given: RegistryReply | undefined =
      asked.number <= failures ? { status: 503 } : await options.instead?.(asked);
    if (given && given.breaksAfter === undefined) return given;
    const request = given ? { ...asked, body: beginningOf(asked.body, given.breaksAfter ?? 0) } : asked;
    const refused = await gate(request);
    return refused ?? (await uploads(request)) ?? answerOf(contents, request);
  }

  const answer = async (incoming: IncomingMessage, response: ServerResponse) => {
    const url = new URL(incoming.url ?? '/', `${options.tls ? 'https' : 'http'}://${incoming.headers.host}`);
    requests.push(`${incoming.method} ${url.pathname}`);
    const request = asRequest(incoming, url, requests.length);
    // A message that is not read to its end lets go of it.
    const { socket } = incoming;
    try {
      await send(incoming, response, await reply(request));
    } catch {
      // Whoever asked has gone in the middle of it.
      socket.destroy();
    }
  };
  const server = options.tls ? createTlsServer(options.tls, answer) : createServer(answer);
  const { port, close } = await listen(server);
  const { blobs, manifests } = contents;
  return { host: `127.0.0.1:${port}`, blobs, manifests, requests, close };
}

function asRequest(incoming: IncomingMessage, url: URL, number: number): RegistryRequest {
  const [, repository = '', rest = ''] =
    /^\/v2\/(.+)\/((?:blobs|manifests|tags|referrers)\/.+)$/.exec(url.pathname) ?? [];
  return { number, method: incoming.method ?? '', url, repository, rest, headers: incoming.headers, body: incoming };
}

async function send(incoming: IncomingMessage, response: ServerResponse, reply: RegistryReply): Promise<void> {
  const { socket } = incoming;
  if (reply.isBroken && !reply.body) return void socket.destroy();
  incoming.resume();
  response.writeHead(reply.status, reply.headers);
  if (reply.isBroken) response.write(reply.body, () => socket.end());
  else response.end(incoming.method === 'HEAD' ? undefined : reply.body);
}

async function* beginningOf(body: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of body) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) throw new Error('the connection ended');
  }
}
