import { mkdir, mkdtemp, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, openStore, removeFolder, type Store } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { adoptDownloads } from './adopt-downloads.ts';

let root: string;
let inbox: string;
let downloads: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'adopt-'));
  inbox = join(root, 'inbox');
  await mkdir(inbox);
  downloads = await openStore(join(root, 'downloads'));
});

afterEach(() => removeFolder(root));

const hexOf = (text: string) => digestOf(text).replace('sha256:', '');

test('what is what its name says is taken over, and nothing else', async () => {
  await writeFile(join(inbox, hexOf('right')), 'right');
  await writeFile(join(inbox, hexOf('other')), 'forged');
  await writeFile(join(inbox, 'notes.txt'), 'x');
  await adoptDownloads(inbox, downloads);
  expect(await downloads.hasBlob(digestOf('right'))).toBe(true);
  expect(await downloads.hasBlob(digestOf('other'))).toBe(false);
});

test('a download that a buildpack read counts as used', async () => {
  await writeFile(join(inbox, hexOf('read')), 'read');
  await adoptDownloads(inbox, downloads);
  const file = downloads.blobPath(digestOf('read'));
  await utimes(file, 1, 1);
  await writeFile(join(inbox, `used-${hexOf('read')}`), '');
  await writeFile(join(inbox, 'used-nothing'), '');
  await adoptDownloads(inbox, downloads);
  expect((await stat(file)).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
});
