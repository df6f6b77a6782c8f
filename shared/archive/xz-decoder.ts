import { Readable } from 'node:stream';
import xz from 'xz-decompress';
import { brokenCompression } from './faults.ts';

/** The library reads and gives web streams; errors of its own have no class and no code. */
export async function* decodeXz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let sourceError: unknown;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      sourceError = error;
      throw error;
    }
  }
  const input = Readable.from(watched(), { objectMode: false });
  try {
    for await (const chunk of new xz.XzReadableStream(Readable.toWeb(input) as ReadableStream<Uint8Array>)) yield chunk;
  } catch (error) {
    throw sourceError ?? brokenCompression('xz', error);
  } finally {
    input.destroy();
  }
}
