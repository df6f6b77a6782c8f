import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';

const BLOCK = 1024 * 1024;
const WINDOW = 32 * 1024;
/** Threads that Node.js compresses on; more blocks under way would only wait, and take memory. */
const POOL = 4;
const HEADER = Buffer.from('1f8b08000000000000ff', 'hex');

const deflate = promisify(deflateRaw) as (
  data: Uint8Array,
  options: Parameters<typeof deflateRaw>[1],
) => Promise<Buffer>;

/**
 * One gzip member of the source: no name, no time, no operating system; level 6.
 * The source is cut into blocks of 1 MiB that are compressed side by side on the thread pool, each with the 32 KiB before it as
 * dictionary. Where the cuts are depends on nothing but the content, so the bytes are the same with any number of processors.
 */
export async function* gzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const running: Promise<Buffer>[] = [];
  const width = Math.min(POOL, availableParallelism()) + 1;
  let crc = 0;
  let size = 0;
  let before: Buffer | undefined;
  yield HEADER;
  for await (const { data, last } of cutBlocks(source)) {
    crc = crc32(data, crc);
    size += data.length;
    running.push(startBlock(data, before, last));
    before = data.subarray(-WINDOW);
    if (running.length >= width) yield await shift(running);
  }
  while (running.length > 0) yield await shift(running);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(size % 2 ** 32, 4);
  yield trailer;
}

function startBlock(data: Buffer, dictionary: Buffer | undefined, last: boolean): Promise<Buffer> {
  const finishFlush = last ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
  const block = deflate(data, { level: 6, finishFlush, ...(dictionary?.length && { dictionary }) });
  // It is awaited later, perhaps never when an earlier one fails.
  block.catch(() => undefined);
  return block;
}

async function shift(running: Promise<Buffer>[]): Promise<Buffer> {
  return (await running.shift()) ?? Buffer.alloc(0);
}

/** Blocks of equal size but for the last one, which may be empty. */
async function* cutBlocks(source: AsyncIterable<Uint8Array>): AsyncGenerator<{ data: Buffer; last: boolean }> {
  let block = Buffer.allocUnsafe(BLOCK);
  let used = 0;
  for await (const chunk of source) {
    for (let taken = 0; taken < chunk.length; ) {
      if (used === BLOCK) {
        yield { data: block, last: false };
        block = Buffer.allocUnsafe(BLOCK);
        used = 0;
      }
      const piece = chunk.subarray(taken, taken + BLOCK - used);
      block.set(piece, used);
      used += piece.length;
      taken += piece.length;
    }
  }
  yield { data: block.subarray(0, used), last: true };
}
