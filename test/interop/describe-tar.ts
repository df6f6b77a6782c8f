import { createHash } from 'node:crypto';

/** An archive as golden files hold it: a digest, and headers so that a difference can be read. */
export interface TarDescription {
  sha256: string;
  headers: string[];
}

const BLOCK = 512;

export function describeTar(archive: Buffer): TarDescription {
  return { sha256: createHash('sha256').update(archive).digest('hex'), headers: readHeaders(archive) };
}

/** Headers as text: each byte is a character, each run of zeros is one `␀`. An extended header comes with what it holds. */
function readHeaders(archive: Buffer): string[] {
  const headers: string[] = [];
  for (let at = 0; archive[at]; ) {
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 135), 8);
    const body = Math.ceil(size / BLOCK) * BLOCK;
    const isExtended = archive.toString('latin1', at + 156, at + 157) === 'x';
    headers.push(renderHeader(archive.subarray(at, at + BLOCK + (isExtended ? body : 0))));
    at += BLOCK + body;
  }
  return headers;
}

export function renderHeader(header: Buffer): string {
  return header.toString('latin1').replace(/\0+/g, '␀');
}
