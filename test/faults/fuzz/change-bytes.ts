import { ODD_BYTES, ODD_TEXTS } from './odd-values.ts';
import type { Random } from './random.ts';

export interface ByteChanges {
  random: Random;
  seeds: readonly Buffer[];
  tokens: readonly Buffer[];
  longest: number;
}

type Change = (input: Buffer, changes: ByteChanges) => Buffer;

const TOKENS = [...ODD_TEXTS.map((text) => Buffer.from(text)), ...ODD_BYTES];

/** A real input with one to eight changes. */
export function changeBytes(changes: ByteChanges): Buffer {
  const { random, seeds, longest } = changes;
  let input: Buffer = seeds.length > 0 ? random.pick(seeds) : Buffer.alloc(0);
  const count = 1 + random.below(random.once(4) ? 8 : 3);
  for (let done = 0; done < count; done += 1) input = random.pick(CHANGES)(input, changes);
  return input.subarray(0, longest);
}

/** Bytes without sense: any at all, or words of the format in any order, sometimes one of them very often. */
export function makeBytes({ random, tokens, longest }: ByteChanges): Buffer {
  if (random.once(3)) return random.bytes(random.below(random.once(10) ? 4096 : 200));
  const words = tokens.length > 0 && !random.once(4) ? tokens : TOKENS;
  if (random.once(8)) return repeat(random.pick(words), random.below(random.once(8) ? longest : 2000));
  return Buffer.concat(Array.from({ length: random.below(40) }, () => random.pick(random.once(5) ? TOKENS : words)));
}

function tokenOf({ random, tokens }: ByteChanges): Buffer {
  return tokens.length > 0 && !random.once(3) ? random.pick(tokens) : random.pick(TOKENS);
}

function repeat(bytes: Buffer, length: number): Buffer {
  return bytes.length === 0 ? bytes : Buffer.alloc(length, bytes);
}

/** Where the input has something to cut out. */
function range(input: Buffer, random: Random): [start: number, end: number] {
  const start = random.below(input.length + 1);
  const most = random.once(4) ? input.length - start : 16;
  return [start, Math.min(input.length, start + random.below(most + 1))];
}

function replace(input: Buffer, [start, end]: [number, number], by: Uint8Array): Buffer {
  return Buffer.concat([input.subarray(0, start), by, input.subarray(end)]);
}

function withByte(input: Buffer, at: number, byte: number): Buffer {
  if (input.length === 0) return input;
  const changed = Buffer.from(input);
  changed[at] = byte;
  return changed;
}

const CHANGES: readonly Change[] = [
  (input, { random }) => {
    const at = random.below(input.length);
    return withByte(input, at, (input[at] ?? 0) ^ (1 << random.below(8)));
  },
  (input, { random }) => withByte(input, random.below(input.length), random.below(256)),
  (input, { random }) => replace(input, range(input, random), Buffer.alloc(0)),
  (input, changes) => replace(input, range(input, changes.random), tokenOf(changes)),
  (input, changes) => {
    const at = changes.random.below(input.length + 1);
    return replace(input, [at, at], tokenOf(changes));
  },
  (input, { random, seeds }) => {
    const other = random.pick(seeds);
    return replace(input, range(input, random), other.subarray(...range(other, random)));
  },
  (input, { random }) => input.subarray(0, random.below(input.length + 1)),
  (input, { random }) => replace(input, range(input, random), random.bytes(random.below(16))),
  (input, { random, longest }) => {
    const [start, end] = range(input, random);
    const length = random.once(30) ? longest : (end - start) * random.below(20);
    return replace(input, [start, end], repeat(input.subarray(start, end), length));
  },
];
