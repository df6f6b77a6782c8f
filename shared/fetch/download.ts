import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Fault, isFault } from '@dema/errors';
import type { Store, StoredBlob } from '@dema/store';
import { type Checksum, splitChecksum } from './checksum.ts';
import type { Answer } from './connections.ts';
import { gunzipped, isGzipped, isUndecodable } from './content-encoding.ts';
import { checksumMismatch, fileUnreadable, tooLarge } from './faults.ts';
import type { FetchEvent } from './fetch-event.ts';
import { rememberChecksum } from './known-checksums.ts';
import { type GetRequest, get, judgeError, type RequestContext } from './request.ts';
import type { Retries } from './retries.ts';
import { showUrl } from './shown-url.ts';

const PROGRESS_EVERY_MS = 100;
const UNREADABLE = /^(ENOENT|ENOTDIR|EISDIR|EACCES|ELOOP|ENAMETOOLONG|ERR_INVALID_)/;

export interface DownloadContext extends RequestContext {
  store: Store;
  onEvent: (event: FetchEvent) => void;
}

export interface DownloadRequest extends GetRequest {
  checksum?: Checksum;
  maxBytes: number;
  /** Whether an answer that says that it is compressed is unpacked. */
  decode?: boolean;
}

/** Streams into the store; nothing can be seen there before the checksum is right. */
export async function download(
  context: DownloadContext,
  request: DownloadRequest,
  retries: Retries,
): Promise<StoredBlob> {
  let mismatch: Fault | undefined;
  for (;;) {
    try {
      const blob = await transfer(context, mismatch ? secondLook(request) : request, retries);
      await rememberChecksum(context.store, request.checksum, blob.digest);
      return blob;
    } catch (error) {
      if (mismatch && isUndecodable(error)) throw mismatch;
      if (isFault(error, 'FETCH_CHECKSUM_MISMATCH') && !mismatch) mismatch = error;
      else if (isFault(error)) throw error;
      else await waitAfter(context, request, error, retries);
    }
  }
}

/**
 * A cache on the way may hold an old or a damaged copy; asked like this, it asks again itself. And a server may have
 * compressed what it sends although it was asked not to, or only say of a compressed file that it is one.
 */
function secondLook(request: DownloadRequest): DownloadRequest {
  return { ...request, decode: true, headers: { ...request.headers, 'cache-control': 'no-cache' } };
}

/** Puts a file of this machine into the store, as verified as anything else. */
export async function putFile(context: DownloadContext, request: DownloadRequest): Promise<StoredBlob> {
  try {
    const blob = await context.store.putBlob(verified(readChunks(request.url), request));
    await rememberChecksum(context.store, request.checksum, blob.digest);
    return blob;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw UNREADABLE.test(code) ? fileUnreadable(request, error) : error;
  }
}

async function* readChunks(url: string): AsyncGenerator<Uint8Array> {
  const file = await open(fileURLToPath(url));
  yield* file.createReadStream();
}

async function waitAfter(
  context: DownloadContext,
  request: DownloadRequest,
  error: unknown,
  retries: Retries,
): Promise<void> {
  const { problem } = await judgeError(context, request, error);
  if (!(await retries.wait())) throw problem;
}

async function transfer(context: DownloadContext, request: DownloadRequest, retries: Retries): Promise<StoredBlob> {
  const answer = await get(context, request, retries);
  const event = { what: request.what, url: showUrl(request.url), total: contentLength(answer) };
  if ((event.total ?? 0) > request.maxBytes) {
    answer.discard();
    throw tooLarge(request, request.maxBytes);
  }
  context.onEvent({ type: 'download-start', ...event, bytes: 0 });
  const progress = (bytes: number) => context.onEvent({ type: 'download-progress', ...event, bytes });
  const sent = observed(resumed(context, request, answer, retries), progress);
  const body = request.decode && isGzipped(answer) ? gunzipped(sent) : sent;
  const blob = await context.store.putBlob(verified(body, request));
  context.onEvent({ type: 'download-end', ...event, bytes: blob.size });
  return blob;
}

/**
 * The body, gone on with where it broke off if the server knows how to: it named the version of the content that it sent,
 * and answers a request for the rest with the rest of just that. Otherwise the error is thrown and all begins anew.
 */
async function* resumed(
  context: DownloadContext,
  request: DownloadRequest,
  first: Answer,
  retries: Retries,
): AsyncGenerator<Uint8Array> {
  const version = findVersion(first);
  let bytes = 0;
  for (let answer = first; ; ) {
    try {
      for await (const chunk of answer.body) {
        bytes += chunk.length;
        yield chunk;
      }
      return;
    } catch (error) {
      if (!version || bytes === 0) throw error;
      await waitAfter(context, request, error, retries);
      const headers = { ...request.headers, range: `bytes=${bytes}-`, 'if-range': version };
      answer = await get(context, { ...request, headers }, retries);
      if (answer.status === 206 && answer.headers['content-range']?.startsWith(`bytes ${bytes}-`)) continue;
      answer.discard();
      throw error;
    }
  }
}

async function* observed(
  body: AsyncIterable<Uint8Array>,
  onProgress: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  let last = performance.now();
  for await (const chunk of body) {
    bytes += chunk.length;
    if (performance.now() - last >= PROGRESS_EVERY_MS) {
      last = performance.now();
      onProgress(bytes);
    }
    yield chunk;
  }
}

async function* verified(body: AsyncIterable<Uint8Array>, request: DownloadRequest): AsyncGenerator<Uint8Array> {
  const { checksum, maxBytes } = request;
  const algorithm = checksum ? splitChecksum(checksum).algorithm : undefined;
  const hash = algorithm && createHash(algorithm);
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(request, maxBytes);
    hash?.update(chunk);
    yield chunk;
  }
  const found = hash && `${algorithm}:${hash.digest('hex')}`;
  if (checksum && found && found !== checksum) throw checksumMismatch(request, checksum, found, bytes);
}

function findVersion({ headers }: Answer): string | undefined {
  if (headers['accept-ranges'] === 'none') return undefined;
  return headers.etag?.startsWith('"') ? headers.etag : headers['last-modified'];
}

function contentLength({ headers }: Answer): number | undefined {
  return headers['content-length'] ? Number(headers['content-length']) : undefined;
}
