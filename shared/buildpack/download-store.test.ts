import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, openStore } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDownloadStore } from './download-store.ts';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-downloads-'));
  await mkdir(join(root, 'inbox'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function* bytes(text: string) {
  yield new TextEncoder().encode(text);
}

test('finds what the host has, and does not write there', async () => {
  const host = await openStore(join(root, 'host'));
  const { digest } = await host.putBlob(bytes('kept'));
  await host.writeRecord('checksums', 'sha512:x', digest);
  const store = await openDownloadStore(join(root, 'own'), { DEMA_STORE: join(root, 'host') });
  expect(await store.readRecord('checksums', 'sha512:x')).toBe(digest);
  expect(await store.hasBlob(digest)).toBe(true);
  expect(store.blobPath(digest)).toBe(host.blobPath(digest));

  const fresh = await store.putBlob(bytes('new'));
  await store.writeRecord('checksums', 'sha512:y', fresh.digest);
  expect(await host.hasBlob(fresh.digest)).toBe(false);
  expect(await store.readRecord('checksums', 'sha512:y')).toBe(fresh.digest);
  expect(await readFile(store.blobPath(fresh.digest), 'utf8')).toBe('new');
});

test('offers what is new in the inbox, under its hash', async () => {
  const inbox = join(root, 'inbox');
  const store = await openDownloadStore(join(root, 'own'), { DEMA_INBOX: inbox });
  await store.putBlob(bytes('new'));
  const name = digestOf('new').replace('sha256:', '');
  expect(await readdir(inbox)).toEqual([name]);
  expect(await readFile(join(inbox, name), 'utf8')).toBe('new');
});

test('without a host it is a store of its own', async () => {
  const store = await openDownloadStore(join(root, 'own'), {});
  const { digest } = await store.putBlob(bytes('new'));
  expect(await store.hasBlob(digest)).toBe(true);
  expect(await store.hasBlob(digestOf('other'))).toBe(false);
});

test('says what it used of the host', async () => {
  const inbox = join(root, 'inbox');
  const host = await openStore(join(root, 'host'));
  const { digest } = await host.putBlob(bytes('kept'));
  const store = await openDownloadStore(join(root, 'own'), { DEMA_STORE: host.root, DEMA_INBOX: inbox });
  await store.hasBlob(digest);
  await store.hasBlob(digest);
  expect(await readdir(inbox)).toEqual([digest.replace('sha256:', 'used-')]);
});
