import { isFault } from '@dema/errors';
import { type HttpAnswer, mayPass, type Retries, retryAfter } from '@dema/fetch';
import { type BlobPieces, openBlobPieces } from './blob-pieces.ts';
import { registryAnswerInvalid } from './faults.ts';
import type { LayoutBlob } from './layout-files.ts';
import { checkUploadPlace } from './private-address.ts';
import type { Registry, RegistryAsk } from './registry.ts';

/** Larger blobs go in chunks: so much is sent again at most when a connection breaks. */
const CHUNK_BYTES = 32 * 1024 * 1024;
/** A registry, or a proxy before it, that refuses so little for its size takes nothing. */
const LEAST_CHUNK = 64 * 1024;

/** Where a registry waits for a blob. */
export interface Upload {
  location: string;
  /** Bytes that each chunk but the last must have, where the registry says so: then it wants chunks. */
  leastChunk?: number;
}

export interface UploadOptions {
  /** How large chunks are, and blobs that go as one; 32 MiB. */
  chunkBytes?: number;
  /** How many bytes of a blob are on their way; fewer than before where some are sent again. */
  onProgress?: (event: { digest: string; size: number; bytes: number }) => void;
}

/** The upload of one blob while it is under way. */
interface Progress {
  registry: Registry;
  blob: LayoutBlob;
  pieces: BlobPieces;
  upload: Upload;
  /** Bytes that the registry has. */
  offset: number;
  /** Bytes of a chunk; without it the blob goes in one request. */
  chunk: number | undefined;
  /** Whether the registry refused chunks. */
  isWhole: boolean;
}

/**
 * Sends a blob: in one request, or in chunks where it is large or the registry wants them. What breaks goes on from what the
 * registry says that it has; nothing of the blob is held. Faults: OCI_REGISTRY_*.
 */
export async function uploadBlob(
  registry: Registry,
  blob: LayoutBlob,
  begun: Upload | undefined,
  { chunkBytes = CHUNK_BYTES, onProgress = () => undefined }: UploadOptions = {},
): Promise<void> {
  const upload = begun ?? (await startUpload(registry));
  const isLarge = blob.size > chunkBytes || upload.leastChunk !== undefined;
  const chunk = isLarge ? Math.max(chunkBytes, upload.leastChunk ?? 0) : undefined;
  const { digest, size } = blob;
  const pieces = openBlobPieces(blob.read, (bytes) => onProgress({ digest, size, bytes }));
  const progress: Progress = { registry, blob, pieces, upload, offset: 0, chunk, isWhole: false };
  try {
    let retries = registry.retries();
    for (;;) {
      const before = progress.offset;
      if (await takeStep(progress, retries)) return;
      if (progress.offset > before) retries = registry.retries();
    }
  } finally {
    await pieces.close();
  }
}

async function startUpload(registry: Registry): Promise<Upload> {
  const answer = await registry.ask({ method: 'POST', path: 'blobs/uploads/', headers: EMPTY, expected: [202] });
  answer.discard();
  return uploadOf(registry, answer);
}

/** @param from what was asked for */
export function uploadOf(registry: Registry, { headers }: HttpAnswer, from = 'blobs/uploads/'): Upload {
  if (!headers.location) throw registryAnswerInvalid(registry.host, 'it does not say where a blob is to be sent');
  const least = Number(headers['oci-chunk-min-length']);
  const location = registry.resolve(headers.location, from);
  checkUploadPlace(registry.host, location);
  return { location, ...(least > 0 && { leastChunk: least }) };
}

const EMPTY = { 'content-length': '0' };
const TYPE = { 'content-type': 'application/octet-stream' };

/** Sends what comes next; whether the blob is there. */
async function takeStep(progress: Progress, retries: Retries): Promise<boolean> {
  const request = nextRequest(progress);
  const answer = await sendOnce(progress, request);
  if (!('status' in answer)) {
    if (!(await retries.wait())) throw answer.problem;
    return goOn(progress);
  }
  // Read now: it is of no use behind what comes next.
  const refusal = answer.status < 400 ? undefined : await progress.registry.refusal(request, answer);
  answer.discard();
  if (request.method === 'PUT' && [200, 201, 204].includes(answer.status)) return true;
  if (request.method === 'PATCH' && [200, 201, 202, 204].includes(answer.status)) {
    if (takeChunk(progress, answer) || (await retries.wait())) return false;
    throw registryAnswerInvalid(progress.registry.host, 'it does not keep what is sent');
  }
  if (answer.status === 413 && shrink(progress)) return goOn(progress);
  if (request.method === 'PATCH' && progress.offset === 0 && [400, 404, 405, 415, 501].includes(answer.status)) {
    // It may not know chunks; the session may be gone as well.
    Object.assign(progress, { chunk: undefined, isWhole: true, upload: await startUpload(progress.registry) });
    return false;
  }
  const isOver = [400, 404, 410, 416].includes(answer.status);
  if ((isOver || mayPass(answer)) && (await retries.wait(retryAfter(answer))))
    return goOn(progress, answer.status === 400);
  throw refusal ?? registryAnswerInvalid(progress.registry.host, `it answers an upload with ${answer.status}`);
}

function nextRequest({ upload, blob, pieces, offset, chunk }: Progress): RegistryAsk {
  const { digest, size } = blob;
  const isLast = chunk === undefined || offset >= size;
  // What the registry has put into the address stays as it is, to the letter.
  const mark = upload.location.includes('?') ? '&' : '?';
  const path = isLast ? `${upload.location}${mark}digest=${encodeURIComponent(digest)}` : upload.location;
  const end = isLast ? size : Math.min(offset + chunk, size);
  const length = end - offset;
  const range: Record<string, string> = isLast ? {} : { 'content-range': `${offset}-${end - 1}` };
  return {
    method: isLast ? 'PUT' : 'PATCH',
    path,
    headers: { ...TYPE, 'content-length': String(length), ...range },
    ...(length > 0 && { body: () => pieces.read(offset, end) }),
    isOnce: true,
  };
}

async function sendOnce({ registry }: Progress, request: RegistryAsk): Promise<HttpAnswer | { problem: Error }> {
  try {
    return await registry.ask(request);
  } catch (error) {
    if (isFault(error, 'OCI_REGISTRY_UNREACHABLE') || isFault(error, 'OCI_REGISTRY_BROKE_OFF'))
      return { problem: error };
    throw error;
  }
}

/** Whether there was progress. */
function takeChunk(progress: Progress, answer: HttpAnswer): boolean {
  const { headers } = answer;
  const { registry, blob, upload, offset, chunk = 0 } = progress;
  if (headers.location) progress.upload = { ...upload, ...uploadOf(registry, answer, upload.location) };
  progress.offset = Math.min(findEnd(headers) ?? offset + chunk, blob.size);
  return progress.offset > offset;
}

/** Finds out how much the registry has: nothing when the upload is over, and then whether it ended well. */
async function goOn(progress: Progress, isSpoilt = false): Promise<boolean> {
  const { registry, blob, upload } = progress;
  const found = await registry.ask({ method: 'HEAD', path: `blobs/${blob.digest}` });
  found.discard();
  if (found.status === 200) return true;
  const state = await registry.ask({ method: 'GET', path: upload.location });
  state.discard();
  if (!isSpoilt && !progress.isWhole && [200, 202, 204].includes(state.status)) {
    if (state.headers.location) progress.upload = { ...upload, ...uploadOf(registry, state, upload.location) };
    progress.offset = Math.min(findEnd(state.headers) ?? 0, blob.size);
    if (progress.offset > 0) progress.chunk ??= CHUNK_BYTES;
    return false;
  }
  progress.upload = await startUpload(registry);
  progress.offset = 0;
  return false;
}

/** Asks for smaller requests; false when they are as small as can be. */
function shrink(progress: Progress): boolean {
  const { blob, chunk = blob.size, upload, isWhole } = progress;
  const least = Math.max(LEAST_CHUNK, upload.leastChunk ?? 0);
  const smaller = Math.max(least, Math.ceil(Math.min(chunk, blob.size - progress.offset) / 4));
  if (isWhole || smaller >= Math.min(chunk, blob.size)) return false;
  progress.chunk = smaller;
  return true;
}

/** Of `Range: 0-<last>`; some write `bytes=0-<last>`. `0-0` is what some say of nothing. */
function findEnd({ range }: Record<string, string>): number | undefined {
  const [, last] = /^(?:bytes=)?0-(\d+)$/.exec(range ?? '') ?? [];
  return last === undefined ? undefined : Number(last) === 0 ? 0 : Number(last) + 1;
}
