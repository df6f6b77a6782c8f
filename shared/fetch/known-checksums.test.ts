import { createHash } from 'node:crypto';
import { mkdtemp, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, openStore, removeFolder } from '@dema/store';
import { expect, test } from 'vitest';
import { adoptDownload, findDownloaded } from './known-checksums.ts';

test('what somebody else downloaded is found by all its checksums', async () => {
  const root = await mkdtemp(join(tmpdir(), 'known-'));
  const store = await openStore(join(root, 'store'));
  const file = join(root, 'file');
  const digest = digestOf('text');
  const sha512 = `sha512:${createHash('sha512').update('text').digest('hex')}` as const;
  const sha1 = `sha1:${createHash('sha1').update('text').digest('hex')}` as const;
  const found = { digest, size: 4, path: store.blobPath(digest) };

  await writeFile(file, 'forged');
  await expect(adoptDownload(store, file, digest)).rejects.toMatchObject({ code: 'STORE_BLOB_CORRUPT' });
  expect(await findDownloaded(store, digest)).toBeUndefined();

  await writeFile(file, 'text');
  await adoptDownload(store, file, digest);
  await expect(stat(file)).rejects.toThrow();
  for (const checksum of [digest, sha512, sha1]) expect(await findDownloaded(store, checksum)).toEqual(found);

  await removeFolder(found.path);
  expect(await findDownloaded(store, sha512)).toBeUndefined();
  await removeFolder(root);
});
