import { invalidImage } from './faults.ts';

const LARGEST = 8 * 1024 * 1024;

/** The whole of an answer that is never large: a manifest, a configuration, a list. Fault: OCI_IMAGE_INVALID. */
export async function readSmall(body: AsyncIterable<Uint8Array>, largest = LARGEST): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > largest) throw invalidImage('The answer of the registry', 'it is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
