export interface WatchedSource {
  chunks: AsyncGenerator<Uint8Array>;
  /** What the source itself ended with; decoders give errors of their own for it. */
  error(): unknown;
}

export function watchSource(source: AsyncIterable<Uint8Array>): WatchedSource {
  let found: unknown;
  async function* watch(): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      found = error;
      throw error;
    }
  }
  return { chunks: watch(), error: () => found };
}
