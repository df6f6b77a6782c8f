import { link, mkdtemp, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CollectOptions, collectStores, listEntries, openStore, removeFolder, type Store } from './index.ts';
import { firstLine, startStoreProcess } from './store-process.ts';

const HOUR = 60 * 60 * 1000;
const KEEP_ALL: CollectOptions = { maxBytes: Number.POSITIVE_INFINITY, maxAgeMs: Number.POSITIVE_INFINITY };
const SIZE = 100_000;

let root: string;
let store: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'collect-'));
  store = await openStore(root);
});

afterEach(() => removeFolder(root));

/** A blob that was last used so many hours ago. */
async function putBlob(fill: string, hoursAgo: number, into: Store = store): Promise<string> {
  const { path, digest } = await into.putBlob(
    (async function* () {
      yield Buffer.alloc(SIZE, fill);
    })(),
  );
  await age(path, hoursAgo);
  return digest.replace('sha256:', '');
}

async function putTree(key: string, hoursAgo: number): Promise<void> {
  await age(await store.putTree(key, (dir) => writeFile(join(dir, 'file'), Buffer.alloc(SIZE))), hoursAgo);
}

async function age(path: string, hoursAgo: number): Promise<void> {
  const time = new Date(Date.now() - hoursAgo * HOUR);
  await utimes(path, time, time);
}

const blobs = async () => (await readdir(join(root, 'blobs/sha256'))).sort();
const trees = () => readdir(join(root, 'trees'));

test('what was not used for too long goes, with what is noted of it', async () => {
  await putBlob('a', 50);
  const kept = await putBlob('b', 1);
  await putTree('old', 50);
  await putTree('new', 1);
  await collectStores([root], KEEP_ALL);
  const collected = await collectStores([root], { ...KEEP_ALL, maxAgeMs: 24 * HOUR });
  expect(collected).toMatchObject({ removed: 2 });
  expect(collected.freed).toBeGreaterThan(2 * SIZE);
  expect(await blobs()).toEqual([kept]);
  expect(await trees()).toEqual(['new']);
  expect(await readdir(join(root, 'records/tree-seals'))).toEqual(['new.json']);
  expect(await readdir(join(root, 'records/tree-sizes'))).toEqual(['new.json']);
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
});

test('over the limit what was not used for longest goes first, over all stores', async () => {
  const other = await openStore(join(root, 'downloads'));
  await putBlob('a', 4, other);
  await putBlob('b', 3);
  const kept = await putBlob('c', 1);
  const keptToo = await putBlob('d', 2, other);
  const { left, removed } = await collectStores([root, other.root], { ...KEEP_ALL, maxBytes: 2.5 * SIZE });
  expect(removed).toBe(2);
  expect(left).toBeLessThan(2.5 * SIZE);
  expect(await blobs()).toEqual([kept]);
  expect(await readdir(join(other.root, 'blobs/sha256'))).toEqual([keptToo]);
});

test('using it makes it new', async () => {
  const used = await putBlob('a', 50);
  await putTree('used', 50);
  await putBlob('b', 49);
  expect(await store.hasBlob(`sha256:${used}`)).toBe(true);
  expect(await store.findTree('used')).toBeDefined();
  await collectStores([root], { ...KEEP_ALL, maxAgeMs: 24 * HOUR });
  expect(await blobs()).toEqual([used]);
  expect(await trees()).toEqual(['used']);
});

test('making it again makes it new too', async () => {
  await putTree('again', 50);
  await store.putTree('again', (dir) => writeFile(join(dir, 'file'), 'other'));
  await collectStores([root], { ...KEEP_ALL, maxAgeMs: 24 * HOUR });
  expect(await trees()).toEqual(['again']);
});

test('what a running process has used since its start stays, whatever the limit', async () => {
  const used = await putBlob('a', 50);
  await putTree('used', 50);
  await putTree('unused', 50);
  const holder = startStoreProcess(
    root,
    `await dema.holdStore(store.root);
     await store.hasBlob('sha256:${used}');
     await store.findTree('used');
     console.log('held');
     process.stdin.resume().on('end', () => process.exit());`,
  );
  await firstLine(holder);
  expect(await collectStores([root], { maxBytes: 0, maxAgeMs: 0 })).toMatchObject({ removed: 1 });
  expect(await blobs()).toEqual([used]);
  expect(await trees()).toEqual(['used']);

  holder.stdin?.end();
  await new Promise((resolve) => holder.once('exit', resolve));
  expect(await readdir(join(root, 'leases'))).toEqual([]);
  expect(await collectStores([root], { maxBytes: 0, maxAgeMs: 0 })).toMatchObject({ removed: 2 });
});

test('the lease of a killed process holds nothing', async () => {
  await putBlob('a', 0);
  const holder = startStoreProcess(root, `await dema.holdStore(store.root); console.log('held'); await sleep(60_000);`);
  await firstLine(holder);
  holder.kill('SIGKILL');
  await new Promise((resolve) => holder.once('exit', resolve));
  expect(await readdir(join(root, 'leases'))).toHaveLength(1);
  expect(await collectStores([root], { maxBytes: 0, maxAgeMs: 0 })).toMatchObject({ removed: 1 });
  expect(await readdir(join(root, 'leases'))).toEqual([]);
});

test('records go when nobody reads them, but not while they lead to a blob', async () => {
  const digest = `sha256:${await putBlob('a', 0)}`;
  await store.writeRecord('kind', 'read', 1);
  await store.writeRecord('kind', 'forgotten', 1);
  await store.writeRecord('checksums', 'sha512:x', digest);
  for (const name of ['kind/read', 'kind/forgotten', 'checksums/sha512:x']) {
    await age(join(root, 'records', `${name}.json`), 50);
  }
  await store.readRecord('kind', 'read');
  await collectStores([root], { ...KEEP_ALL, maxAgeMs: 24 * HOUR });
  expect(await readdir(join(root, 'records/kind'))).toEqual(['read.json']);
  expect(await store.readRecord('checksums', 'sha512:x')).toBe(digest);
});

test('a file that an image has too counts in part', async () => {
  const name = await putBlob('a', 0);
  const [before] = await listEntries(root);
  await link(join(root, 'blobs/sha256', name), join(root, 'image'));
  const [after] = await listEntries(root);
  expect(after?.size).toBe((before?.size ?? 0) / 2);
  await stat(join(root, 'image'));
});
