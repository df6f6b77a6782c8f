import { buffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decompress } from './index.ts';

const CONTENT = Buffer.from('hello from xz\n');
const COMPRESSED = {
  gzip: gzipSync(CONTENT),
  zstd: zstdCompressSync(CONTENT, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
  xz: Buffer.from(
    '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQANaGVsbG8gZnJvbSB4egoAAABb+Ybd5id65gABJg4IG+AEH7bzfQEAAAAABFla',
    'base64',
  ),
};
const NAMES = Object.keys(COMPRESSED) as (keyof typeof COMPRESSED)[];

async function* chunksOf(content: Uint8Array, size = 4): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < content.length; offset += size) yield content.subarray(offset, offset + size);
}

test.each(NAMES)('%s is told by its first bytes, however the source cuts them', async (name) => {
  for (const size of [1, 5, 1000]) {
    expect((await buffer(decompress(chunksOf(COMPRESSED[name], size)))).equals(CONTENT)).toBe(true);
  }
});

test('anything else is given back as it is', async () => {
  for (const plain of ['', 'a', 'plain text, longer than a magic number']) {
    expect(String(await buffer(decompress(chunksOf(Buffer.from(plain)))))).toBe(plain);
  }
});

test.each(NAMES)('%s that is cut is a fault', async (name) => {
  const cut = COMPRESSED[name].subarray(0, -9);
  await expect(buffer(decompress(chunksOf(cut)))).rejects.toMatchObject({ code: 'ARCHIVE_COMPRESSION_INVALID' });
});

test.each(NAMES)('%s that is cut after its first bytes is a fault', async (name) => {
  await expect(buffer(decompress(chunksOf(COMPRESSED[name].subarray(0, 6))))).rejects.toMatchObject({
    code: 'ARCHIVE_COMPRESSION_INVALID',
  });
});

test.each(NAMES)('%s with broken content is a fault', async (name) => {
  const broken = Buffer.from(COMPRESSED[name]);
  const middle = broken.length >> 1;
  for (let index = middle; index < middle + 4; index += 1) broken[index] = 0x55;
  await expect(buffer(decompress(chunksOf(broken)))).rejects.toMatchObject({ code: 'ARCHIVE_COMPRESSION_INVALID' });
});

test('what stands behind the end of zstd data, and is none, is a fault', async () => {
  const content = Buffer.concat([COMPRESSED.zstd, Buffer.alloc(130_000, 'something else')]);
  await expect(buffer(decompress(chunksOf(content, 1000)))).rejects.toMatchObject({
    code: 'ARCHIVE_COMPRESSION_INVALID',
  });
});

test('bzip2 is a fault that names it', async () => {
  await expect(buffer(decompress(chunksOf(Buffer.from('BZh91AY&SY'))))).rejects.toMatchObject({
    code: 'ARCHIVE_COMPRESSION_UNSUPPORTED',
  });
});

test.each([...NAMES, 'plain' as const])('an error of the source comes through %s as it is', async (name) => {
  const content = name === 'plain' ? CONTENT : COMPRESSED[name];
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield content.subarray(0, 10);
    throw new Error('connection lost');
  }
  await expect(buffer(decompress(failing()))).rejects.toThrow('connection lost');
});

test.each([...NAMES, 'plain' as const])('who stops reading %s lets go of the source', async (name) => {
  let released = false;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield name === 'plain' ? CONTENT : COMPRESSED[name];
      for (;;) yield Buffer.alloc(100_000, 'x');
    } finally {
      released = true;
    }
  }
  for await (const _ of decompress(watched())) break;
  for (let turns = 0; turns < 100 && !released; turns += 1) await setImmediate();
  expect(released).toBe(true);
  expect((await buffer(decompress(chunksOf(COMPRESSED.xz)))).equals(CONTENT)).toBe(true);
});
