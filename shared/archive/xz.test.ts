import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { decodeXz } from './xz-decoder.ts';
import { findXzProgram, runXz } from './xz-program.ts';

const program = findXzProgram() ?? '';
const ways: [string, (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array>][] = [
  ['the decoder', decodeXz],
  ['the program', (source) => runXz(program, source)],
];

async function* chunksOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < content.length; offset += 65_536) yield content.subarray(offset, offset + 65_536);
}

test.skipIf(!program).each(ways)('%s reads what xz wrote', async (_, read) => {
  const contents = [randomBytes(1_000_000), Buffer.alloc(3_000_000, 'many times the same'), Buffer.alloc(0)];
  const packed = contents.map(
    (content) => spawnSync(program, ['-c'], { input: content, maxBuffer: 10_000_000 }).stdout,
  );
  for (const [index, content] of contents.entries()) {
    expect((await buffer(read(chunksOf(packed[index] ?? Buffer.alloc(0))))).equals(content)).toBe(true);
  }
});

test.skipIf(!program).each(ways)('%s says that data is broken, or cut', async (_, read) => {
  const packed = spawnSync(program, ['-c'], { input: randomBytes(300_000), maxBuffer: 10_000_000 }).stdout;
  const broken = Buffer.from(packed);
  broken.fill(0x55, 150_000, 150_010);
  for (const data of [broken, packed.subarray(0, 200_000)]) {
    await expect(buffer(read(chunksOf(data)))).rejects.toMatchObject({ code: 'ARCHIVE_COMPRESSION_INVALID' });
  }
});
