import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { fileBody, writeTar } from './index.ts';

test.each([0, 3, 1_500_000])('a file of %i bytes, with its size told or not', async (size) => {
  const folder = await mkdtemp(join(tmpdir(), 'body-'));
  const content = Buffer.alloc(size, 'abc');
  await writeFile(join(folder, 'f'), content);
  for (const told of [size, undefined]) {
    const entry = {
      path: 'f',
      type: 'file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      size,
      body: fileBody(join(folder, 'f'), told),
    } as const;
    expect((await buffer(writeTar([entry]))).subarray(512, 512 + size).equals(content)).toBe(true);
  }
  await rm(folder, { recursive: true });
});

test.each([1, undefined])('a file that is gone is a fault', async (size) => {
  const entry = {
    path: 'f',
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 1,
    body: fileBody('/nowhere/at/all', size),
  } as const;
  await expect(buffer(writeTar([entry]))).rejects.toMatchObject({ code: 'ARCHIVE_FILE_UNREADABLE' });
});
