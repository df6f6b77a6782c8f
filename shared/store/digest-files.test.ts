import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestFiles } from './digest-files.ts';
import { openStore, type Store } from './store.ts';

let folder: string;
let store: Store;
let files: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'digest-files-'));
  store = await openStore(join(folder, 'store'));
  files = ['a', 'b'].map((name) => join(folder, name));
  await writeFile(files[0] ?? '', 'one');
  await writeFile(files[1] ?? '', 'two');
});

afterEach(() => rm(folder, { recursive: true }));

test('is that of the contents, whatever the files are called', async () => {
  const digest = await digestFiles(store, files);
  await writeFile(join(folder, 'c'), 'two');
  expect(await digestFiles(store, [files[0] ?? '', join(folder, 'c')])).toBe(digest);
});

test('is the same when it is asked for again', async () => {
  expect(await digestFiles(store, files)).toBe(await digestFiles(store, files));
});

test('changes with a content of the same size, with the order, and with where one file ends', async () => {
  const digest = await digestFiles(store, files);
  expect(await digestFiles(store, files.toReversed())).not.toBe(digest);
  await writeFile(files[1] ?? '', 'six');
  const changed = await digestFiles(store, files);
  expect(changed).not.toBe(digest);
  await writeFile(files[0] ?? '', 'ones');
  await writeFile(files[1] ?? '', 'ix');
  expect(await digestFiles(store, files)).not.toBe(changed);
});
