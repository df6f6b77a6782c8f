import { truncatedArchive } from './faults.ts';

/** Reads a stream of chunks in pieces of chosen sizes, taking from the source only as much as is asked for. */
export interface ByteReader {
  /** Exactly so many bytes, or undefined when the source ends just here; a source that ends in between is a fault. */
  read(size: number): Promise<Buffer | undefined> | Buffer;
  /** The next bytes as the source gives them, at least one and at most `limit`; undefined at the end. */
  readSome(limit: number): Promise<Buffer | undefined> | Buffer;
  /** Lets the source release what it holds. */
  close(): Promise<void>;
}

/** What is at hand is given without a wait: a chunk may hold thousands of small members. */
export function createByteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let current: Buffer = Buffer.alloc(0);

  function cut(size: number): Buffer {
    const piece = current.subarray(0, size);
    current = current.subarray(size);
    return piece;
  }

  async function gather(size: number): Promise<Buffer | undefined> {
    const pieces = [current];
    for (let length = current.length; length < size; ) {
      const chunk = await nextChunk(iterator);
      if (!chunk && length === 0) return undefined;
      if (!chunk) throw truncatedArchive();
      pieces.push(chunk);
      length += chunk.length;
    }
    current = Buffer.concat(pieces);
    return cut(size);
  }

  async function gatherSome(limit: number): Promise<Buffer | undefined> {
    current = (await nextChunk(iterator)) ?? current;
    return current.length > 0 ? cut(limit) : undefined;
  }

  return {
    read: (size) => (current.length >= size ? cut(size) : gather(size)),
    readSome: (limit) => (current.length > 0 ? cut(limit) : gatherSome(limit)),
    close: async () => void (await iterator.return?.()),
  };
}

async function nextChunk(iterator: AsyncIterator<Uint8Array>): Promise<Buffer | undefined> {
  for (;;) {
    const { done, value } = await iterator.next();
    if (done) return undefined;
    if (value.length > 0) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
}
