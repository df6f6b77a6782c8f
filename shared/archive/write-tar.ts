import { type ChunkPacker, createChunkPacker } from './chunk-packer.ts';
import { bodySizeDiffers } from './faults.ts';
import { BLOCK, type TarEntry } from './tar-entry.ts';
import { renderTarHeader } from './tar-header.ts';

/**
 * A tar archive of the entries, in their order, byte for byte as Go's archive/tar writes it; it ends with two blocks of zeros.
 * Bodies are asked for one after the other and never held whole.
 */
export async function* writeTar(entries: AsyncIterable<TarEntry> | Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  const packer = createChunkPacker();
  for await (const entry of entries) {
    yield* packer.add(renderTarHeader(entry));
    if (entry.type !== 'file') continue;
    const body = entry.body?.() ?? [];
    if (Symbol.iterator in body) yield* packSmallBody(packer, entry, body);
    else yield* packBody(packer, entry, body);
    yield* packer.addZeros((BLOCK - (entry.size % BLOCK)) % BLOCK);
  }
  yield* packer.addZeros(2 * BLOCK);
  yield* packer.end();
}

/** Without an await for each piece: a layer has thousands of small files. */
function* packSmallBody(packer: ChunkPacker, entry: TarEntry, body: Iterable<Uint8Array>): Generator<Uint8Array> {
  let size = 0;
  for (const piece of body) {
    size += piece.length;
    if (size > entry.size) break;
    yield* packer.add(piece);
  }
  if (size !== entry.size) throw bodySizeDiffers(entry, size);
}

async function* packBody(
  packer: ChunkPacker,
  entry: TarEntry,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > entry.size) break;
    yield* packer.add(piece);
  }
  if (size !== entry.size) throw bodySizeDiffers(entry, size);
}
