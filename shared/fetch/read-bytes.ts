import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Answer } from './connections.ts';
import { hasGzipMagic, isGzipped } from './content-encoding.ts';
import { tooLarge } from './faults.ts';
import { type GetRequest, get, judgeError, type RequestContext } from './request.ts';
import type { Retries } from './retries.ts';

const unzip = promisify(gunzip);

export interface ReadRequest extends GetRequest {
  maxBytes: number;
}

/** A small answer as a whole, in memory; compressed on the way where the server can. */
export async function readBytes(context: RequestContext, request: ReadRequest, retries: Retries): Promise<Uint8Array> {
  const headers = { 'accept-encoding': 'gzip', ...request.headers };
  for (;;) {
    const answer = await get(context, { ...request, headers }, retries);
    try {
      return await readBody(answer, request);
    } catch (error) {
      answer.discard();
      const { problem } = await judgeError(context, request, error);
      if (!(await retries.wait())) throw problem;
    }
  }
}

async function readBody({ body, headers }: Answer, request: ReadRequest): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > request.maxBytes) throw tooLarge(request, request.maxBytes);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (!isGzipped({ headers }) || !hasGzipMagic(bytes)) return bytes;
  try {
    return await unzip(bytes, { maxOutputLength: request.maxBytes });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? tooLarge(request, request.maxBytes)
      : error;
  }
}
