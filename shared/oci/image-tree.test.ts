import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TarEntry } from '@dema/archive';
import { openStore, type Store } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLayer, findImageTree, makeImageTree } from './index.ts';

let root: string;
let store: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'image-tree-'));
  store = await openStore(root);
});

afterEach(() => rm(root, { recursive: true }));

function file(path: string, content: string): TarEntry {
  const body = () => [Buffer.from(content)];
  return { path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: Buffer.byteLength(content), body };
}

test('layers become one file system, made once', async () => {
  const lower = await createLayer(store, [file('a', 'old'), file('b', 'old'), file('c', 'old')]);
  const upper = await createLayer(store, [file('.wh.a', ''), file('b', 'new')]);
  expect(await findImageTree(store, [lower, upper])).toBeUndefined();
  const tree = await makeImageTree(store, [lower, upper]);
  expect((await readdir(tree)).sort()).toEqual(['b', 'c']);
  expect(await readFile(join(tree, 'b'), 'utf8')).toBe('new');
  expect(await makeImageTree(store, [lower, upper])).toBe(tree);
  expect(await findImageTree(store, [lower, upper])).toBe(tree);
  expect(await makeImageTree(store, [upper, lower])).not.toBe(tree);
});

test('a layer that is not what its digest says is refused, and leaves nothing', async () => {
  const [one, other] = [await createLayer(store, [file('a', '1')]), await createLayer(store, [file('a', '2')])];
  const broken = { ...one, read: other.read };
  await expect(makeImageTree(store, [broken])).rejects.toMatchObject({ code: 'OCI_LAYER_DIFFERS' });
  expect(await findImageTree(store, [broken])).toBeUndefined();
});
