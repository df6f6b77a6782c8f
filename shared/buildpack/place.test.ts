import { lstat, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createPlace } from './place.ts';

let root: string;
let app: string;
let layersDir: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-place-'));
  app = join(root, 'app');
  layersDir = join(root, 'layers');
  await mkdir(app);
  await mkdir(join(layersDir, 'modules/node_modules'), { recursive: true });
  await writeFile(join(layersDir, 'modules/node_modules/a.js'), 'a');
  return () => rm(root, { recursive: true });
});

test('a platform that does not know of it gets a copy', async () => {
  await createPlace({ app, layersDir })(join(layersDir, 'modules/node_modules'), 'web/node_modules');
  expect((await lstat(join(app, 'web/node_modules'))).isDirectory()).toBe(true);
  expect(await readFile(join(app, 'web/node_modules/a.js'), 'utf8')).toBe('a');
});

test('another gets a link and a line that says what stands there', async () => {
  const file = join(root, 'placed.jsonl');
  const source = join(layersDir, 'modules/node_modules');
  await createPlace({ app, layersDir, file })(source, './web/node_modules');
  expect(await readlink(join(app, 'web/node_modules'))).toBe(source);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
    source: 'modules/node_modules',
    target: 'web/node_modules',
  });
});
