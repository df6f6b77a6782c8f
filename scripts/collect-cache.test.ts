import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { collectCacheWhenDue } from './collect-cache.ts';

let root: string;
let store: Store;
let downloads: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'collect-cache-'));
  store = await openStore(root);
  downloads = await openStore(join(root, 'downloads'));
});

afterEach(() => rm(root, { recursive: true }));

async function putOld(into: Store): Promise<string> {
  const { path } = await into.putBlob(
    (async function* () {
      yield Buffer.from('old');
    })(),
  );
  await utimes(path, 1, 1);
  return path;
}

test('what nobody uses goes at the end of a build, now and then', async () => {
  await Promise.all([store, downloads].map(putOld));
  expect(await collectCacheWhenDue({ store, downloads })).toMatchObject({ removed: 2 });
  await putOld(store);
  const start = performance.now();
  expect(await collectCacheWhenDue({ store, downloads })).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(50);
});

test('a cache that cannot be collected is no reason to fail', async () => {
  await rm(join(root, 'locks'), { recursive: true });
  await writeFile(join(root, 'locks'), 'no folder');
  expect(await collectCacheWhenDue({ store, downloads })).toBeUndefined();
});
