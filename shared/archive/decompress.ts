import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { brokenCompression, unsupportedCompression } from './faults.ts';
import { decodeXz } from './xz-decoder.ts';
import { findXzProgram, runXz } from './xz-program.ts';

type Compression = 'gzip' | 'xz' | 'zstd' | 'bzip2' | 'none';

const MAGICS: readonly (readonly [Compression, string])[] = [
  ['gzip', '1f8b'],
  ['xz', 'fd377a585a00'],
  ['zstd', '28b52ffd'],
  ['bzip2', '425a68'],
];
const CHUNK = 256 * 1024;

/**
 * The content of a gzip, xz or zstd stream, told by its first bytes; anything else is given back as it is. Nothing is held whole.
 * Of xz streams the decoder takes one at a time: another one waits until the first is read to its end or given up, so two of them
 * must never be read in turns.
 */
export async function* decompress(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < 6) {
    const { done, value } = await iterator.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const whole = resume(head, iterator);
  switch (findCompression(head)) {
    case 'gzip':
      return yield* transform(whole, createGunzip({ chunkSize: CHUNK }), 'gzip');
    case 'zstd':
      return yield* transform(whole, createZstdDecompress({ chunkSize: CHUNK }), 'zstd');
    case 'xz':
      return yield* decompressXz(whole);
    case 'bzip2':
      await iterator.return?.();
      throw unsupportedCompression('bzip2');
    default:
      return yield* whole;
  }
}

/** The compression that the first bytes of a stream (six are enough) tell. */
function findCompression(head: Uint8Array): Compression {
  const hex = Buffer.from(head.subarray(0, 6)).toString('hex');
  return MAGICS.find(([, magic]) => hex.startsWith(magic))?.[0] ?? 'none';
}

async function* resume(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let step = await iterator.next(); !step.done; step = await iterator.next()) yield step.value;
  } finally {
    await iterator.return?.();
  }
}

async function* transform(
  source: AsyncIterable<Uint8Array>,
  through: NodeJS.ReadWriteStream,
  name: string,
): AsyncGenerator<Uint8Array> {
  let feedingError: unknown;
  const feeding = pipeline(source, through).catch((error: unknown) => {
    feedingError = error;
  });
  const explain = (error: unknown) => (isCodecError(error) ? brokenCompression(name, error) : error);
  try {
    for await (const chunk of through) yield chunk as Uint8Array;
  } catch (error) {
    throw explain(error);
  } finally {
    await feeding;
  }
  // What is wrong behind the end of the data comes only here.
  if (feedingError) throw explain(feedingError);
}

function isCodecError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(Z_|ZSTD_)/.test(String(error.code));
}

/** Starting the program takes as long as the decoder takes for about this much. */
const WORTH_A_PROGRAM = 1024 * 1024;

/** By the program of this machine where it has one and the data is large; both give the same bytes, and say of the same data that it is broken. */
async function* decompressXz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const program = findXzProgram();
  if (!program) return yield* decodeXz(source);
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let step = await iterator.next(); !step.done; step = await iterator.next()) {
    chunks.push(step.value);
    size += step.value.length;
    if (size >= WORTH_A_PROGRAM) break;
  }
  const whole = resume(Buffer.concat(chunks), iterator);
  yield* size >= WORTH_A_PROGRAM ? runXz(program, whole) : decodeXz(whole);
}
