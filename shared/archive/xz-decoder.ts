import { Readable } from 'node:stream';
import xz from 'xz-decompress';
import { brokenCompression } from './faults.ts';
import { watchSource } from './watch-source.ts';

/** The library reads and gives web streams; errors of its own have no class and no code. */
export async function* decodeXz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const watched = watchSource(source);
  const input = Readable.from(watched.chunks, { objectMode: false });
  try {
    for await (const chunk of new xz.XzReadableStream(Readable.toWeb(input) as ReadableStream<Uint8Array>)) yield chunk;
  } catch (error) {
    throw watched.error() ?? brokenCompression('xz', error);
  } finally {
    input.destroy();
  }
}
