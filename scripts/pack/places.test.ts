import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findWorkers, mendPlace } from './places.ts';

test('a folder in the sources is the same folder in the bundle', () => {
  const code = `readFile(join(import.meta.dirname, 'keys'))`;
  expect(mendPlace(code, 'shared/debian')).toBe(`readFile(join((import.meta.dirname + "/shared/debian"), 'keys'))`);
});

test('a worker is a file beside the bundle', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dema-places-'));
  const code = `new Worker(new URL('./unpack-worker.ts', import.meta.url))`;
  await mkdir(join(folder, 'builders'));
  await writeFile(join(folder, 'builders/unpack.ts'), code);
  expect(await findWorkers(folder, ['builders/unpack.ts'])).toEqual(['builders/unpack-worker.ts']);
  expect(mendPlace(code, 'builders')).toBe(`new Worker(new URL('./unpack-worker.mjs', import.meta.url))`);
  await rm(folder, { recursive: true });
});
