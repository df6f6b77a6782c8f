import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Answer } from './test-server.ts';

type Content = string | Uint8Array;

/** The whole content, or the range that is asked for, with an ETag. */
export function content(body: Content, headers: Record<string, string> = {}): Answer {
  const bytes = Buffer.from(body);
  const etag = `"${createHash('sha1').update(bytes).digest('hex')}"`;
  return (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = request.headers['if-range'] === etag && start > 0 && start < bytes.length;
    const part = rest ? bytes.subarray(start) : bytes;
    const range = rest ? { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {};
    response.writeHead(rest ? 206 : 200, { etag, 'content-length': part.length, ...range, ...headers }).end(part);
  };
}

export function json(value: unknown): Answer {
  return content(JSON.stringify(value), { 'content-type': 'application/json' });
}

/** Compressed on the way for those who accept it. */
export function gzipped(body: Content): Answer {
  return (request, response) => {
    const accepted = /gzip/.test(String(request.headers['accept-encoding']));
    if (accepted) response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(body));
    else response.writeHead(200).end(body);
  };
}

export function status(code: number, headers: Record<string, string> = {}, body: Content = ''): Answer {
  return (_, response) => void response.writeHead(code, headers).end(body);
}

export function redirect(to: string, code = 302): Answer {
  return status(code, { location: to });
}

/** Announces the whole content, sends the first bytes of it and breaks the connection. */
export function truncated(body: Content, sent: number, headers: Record<string, string> = {}): Answer {
  const bytes = Buffer.from(body);
  return (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length, ...headers });
    response.write(bytes.subarray(0, sent), () => response.destroy());
  };
}

/** As `truncated`, but a client is told what it needs to go on later. */
export function interrupted(body: Content, sent: number): Answer {
  return truncated(body, sent, { etag: `"${createHash('sha1').update(Buffer.from(body)).digest('hex')}"` });
}

/** Announces the whole content, sends the first bytes of it and then nothing, with the connection open. */
export function stalled(body: Content, sent: number): Answer {
  const bytes = Buffer.from(body);
  return (_, response) => {
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, sent));
  };
}

/** Content of the right length with one byte changed. */
export function corrupted(body: Content): Answer {
  const bytes = Buffer.from(body);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
  return content(bytes);
}

/** Breaks the connection before any answer. */
export function reset(): Answer {
  return (_, response) => void response.destroy();
}

/** The first request gets the first answer, and so on; the last one stays. */
export function inTurn(...answers: Answer[]): Answer {
  let next = 0;
  return (request, response) => {
    const answer = answers[Math.min(next, answers.length - 1)];
    next += 1;
    return answer?.(request, response);
  };
}

/** Every nth request gets the next of the troubles, from the first request on, and all others the answer. */
export function flaky(every: number, troubles: Answer[], answer: Answer): Answer {
  let requests = 0;
  return (request, response) => {
    const trouble = requests % every === 0 ? troubles[(requests / every) % troubles.length] : undefined;
    requests += 1;
    return (trouble ?? answer)(request, response);
  };
}

/** 401 for requests without that Authorization header. */
export function guarded(authorization: string, answer: Answer): Answer {
  return (request, response) => {
    if (request.headers.authorization === authorization) return answer(request, response);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="test"' }).end();
  };
}

/** Files of a folder, for a route that ends with `/`. @param route the same route */
export function folder(dir: string, route = '/'): Answer {
  return async (request, response) => {
    const file = join(dir, decodeURIComponent(request.path.slice(route.length)));
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-length': found.size });
    createReadStream(file).pipe(response);
  };
}
