const CHUNK = 256 * 1024;
const NONE: Uint8Array[] = [];

/** Gathers small pieces into chunks of 256 KiB; a piece that is as large itself is passed on uncopied. */
export interface ChunkPacker {
  /** Takes the piece and gives the chunks that are full now. The piece may be changed afterwards only if it is smaller than a chunk. */
  add(piece: Uint8Array): Uint8Array[];
  addZeros(count: number): Uint8Array[];
  /** What is left. */
  end(): Uint8Array[];
}

export function createChunkPacker(): ChunkPacker {
  let chunk = Buffer.allocUnsafe(CHUNK);
  let used = 0;

  function flush(): Uint8Array[] {
    if (used === 0) return NONE;
    const full = chunk.subarray(0, used);
    chunk = Buffer.allocUnsafe(CHUNK);
    used = 0;
    return [full];
  }

  return {
    add(piece) {
      if (piece.length >= CHUNK) return [...flush(), piece];
      const full = used + piece.length > CHUNK ? flush() : NONE;
      chunk.set(piece, used);
      used += piece.length;
      return full;
    },
    addZeros(count) {
      const full = used + count > CHUNK ? flush() : NONE;
      chunk.fill(0, used, used + count);
      used += count;
      return full;
    },
    end: flush,
  };
}
