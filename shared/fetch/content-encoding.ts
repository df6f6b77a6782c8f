import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

export function isGzipped({ headers }: { headers: Record<string, string> }): boolean {
  return /^(x-)?gzip$/.test(headers['content-encoding'] ?? '');
}

export function hasGzipMagic(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

export function gunzipped(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // The reader of the result gets every error, also those of the body.
  return pipeline(Readable.from(body), createGunzip(), () => undefined);
}

export function isUndecodable(error: unknown): boolean {
  return /^Z_/.test((error as NodeJS.ErrnoException).code ?? '');
}
