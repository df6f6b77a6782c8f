/** Reads a blob piece by piece: on from where the last one ended, or anew when another place is asked for. Nothing is held. */
export interface BlobPieces {
  /** Bytes from one position up to another. One that is given up does not hinder the next. */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** A place in the blob. */
interface Cursor {
  source: AsyncIterator<Uint8Array>;
  /** What was read and not given yet. */
  rest: Uint8Array;
  position: number;
}

/** @param onRead called with the position that is reached */
export function openBlobPieces(
  open: () => AsyncIterable<Uint8Array>,
  onRead: (position: number) => void = () => undefined,
): BlobPieces {
  let idle: Cursor | undefined;

  async function cursorAt(place: number): Promise<Cursor> {
    const kept = idle;
    idle = undefined;
    if (kept?.position === place) return kept;
    await kept?.source.return?.();
    const fresh = { source: open()[Symbol.asyncIterator](), rest: Buffer.alloc(0), position: 0 };
    while (fresh.position < place && (await take(fresh, place - fresh.position)));
    return fresh;
  }

  return {
    async *read(from, to) {
      const cursor = await cursorAt(from);
      try {
        while (cursor.position < to) {
          const taken = await take(cursor, to - cursor.position);
          if (taken === undefined) return;
          onRead(cursor.position);
          yield taken;
        }
        idle = cursor;
      } finally {
        if (idle !== cursor) await cursor.source.return?.();
      }
    },
    async close() {
      await idle?.source.return?.();
    },
  };
}

/** At most so many bytes; undefined at the end. */
async function take(cursor: Cursor, most: number): Promise<Uint8Array | undefined> {
  while (cursor.rest.length === 0) {
    const { done, value } = await cursor.source.next();
    if (done) return undefined;
    cursor.rest = value;
  }
  const taken = cursor.rest.subarray(0, most);
  cursor.rest = cursor.rest.subarray(taken.length);
  cursor.position += taken.length;
  return taken;
}
