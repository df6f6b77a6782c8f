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

export function createByteReader(source: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let current: Buffer = Buffer.alloc(0);
  let ended = false;

  async function next(): Promise<Buffer | undefined> {
    while (!ended) {
      const { done, value } = await iterator.next();
      if (done) ended = true;
      else if (value.length > 0) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
    return undefined;
  }

  function cut(size: number): Buffer {
    const piece = current.subarray(0, size);
    current = current.subarray(size);
    return piece;
  }

  async function gather(size: number): Promise<Buffer | undefined> {
    const pieces = [current];
    let length = current.length;
    current = Buffer.alloc(0);
    while (length < size) {
      const chunk = await next();
      if (!chunk && length === 0) return undefined;
      if (!chunk) throw truncatedArchive();
      pieces.push(chunk);
      length += chunk.length;
    }
    current = Buffer.concat(pieces);
    return cut(size);
  }

  async function gatherSome(limit: number): Promise<Buffer | undefined> {
    current = (await next()) ?? current;
    return current.length > 0 ? cut(Math.min(limit, current.length)) : undefined;
  }

  return {
    read: (size) => (current.length >= size ? cut(size) : gather(size)),
    readSome: (limit) => (current.length > 0 ? cut(Math.min(limit, current.length)) : gatherSome(limit)),
    async close() {
      if (!ended) await iterator.return?.();
      ended = true;
    },
  };
}
