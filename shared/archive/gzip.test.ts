import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { gzip } from './index.ts';

const MIB = 1024 * 1024;

async function* chunksOf(content: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < content.length; offset += size) yield content.subarray(offset, offset + size);
}

function sample(size: number): Buffer {
  const words = Array.from({ length: 500 }, () => randomBytes(6));
  return Buffer.concat(
    Array.from({ length: Math.ceil(size / 6) }, (_, index) => words[(index * index) % 499] ?? Buffer.alloc(6)),
  ).subarray(0, size);
}

test.each([0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB + 17])('%i bytes come back', async (size) => {
  const content = sample(size);
  expect(gunzipSync(await buffer(gzip(chunksOf(content, 100_000)))).equals(content)).toBe(true);
});

test('the bytes depend on nothing but the content', async () => {
  const content = sample(2 * MIB + 5);
  const once = await buffer(gzip(chunksOf(content, 65_537)));
  expect((await buffer(gzip(chunksOf(content, 3 * MIB)))).equals(once)).toBe(true);
  expect(once.subarray(0, 10).toString('hex')).toBe('1f8b08000000000000ff');
});

test('cutting into blocks costs next to nothing', async () => {
  const content = sample(3 * MIB);
  const blocks = await buffer(gzip(chunksOf(content, MIB)));
  expect(blocks.length).toBeLessThan(gzipSync(content, { level: 6 }).length * 1.01 + 100);
});

test('an error of the source comes through', async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield sample(2 * MIB);
    throw new Error('disk gone');
  }
  await expect(buffer(gzip(failing()))).rejects.toThrow('disk gone');
});
