import { createHash } from 'node:crypto';

/** Chance that comes again: the same seed gives the same numbers. */
export interface Random {
  /** From 0 up to, and without, `limit`. */
  below(limit: number): number;
  pick<T>(list: readonly [T, ...T[]] | readonly T[]): T;
  /** True once in so many times. */
  once(times: number): boolean;
  bytes(length: number): Buffer;
}

/** Four words of state, mixed as the generator sfc32 does. */
export function createRandom(seed: string): Random {
  const digest = createHash('sha256').update(seed).digest();
  let [a = 0, b = 0, c = 0, d = 0] = [0, 4, 8, 12].map((at) => digest.readInt32LE(at));

  function next(): number {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  }

  function below(limit: number): number {
    return Math.floor((next() / 2 ** 32) * limit);
  }

  return {
    below,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new Error('nothing to pick from');
      return list[below(list.length)] as T;
    },
    once: (times) => below(times) === 0,
    bytes(length) {
      const bytes = Buffer.alloc(length);
      for (let at = 0; at < length; at += 1) bytes[at] = next() >>> 13;
      return bytes;
    },
  };
}
