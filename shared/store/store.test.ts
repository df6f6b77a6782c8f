import { chmod, mkdir, mkdtemp, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf, openStore, removeFolder, type Store } from './index.ts';

let root: string;
let store: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'store-'));
  store = await openStore(join(root, 'cache'));
});

afterEach(() => removeFolder(root));

async function* chunks(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

test('a blob is found by the digest of its bytes', async () => {
  const blob = await store.putBlob(chunks('par', 'cel'));
  expect(blob).toEqual({ digest: digestOf('parcel'), size: 6, path: store.blobPath(blob.digest) });
  expect(await readFile(blob.path, 'utf8')).toBe('parcel');
  expect(await store.hasBlob(blob.digest)).toBe(true);
  expect(await store.hasBlob(digestOf('other'))).toBe(false);
});

test('content that is not what it should be leaves nothing behind', async () => {
  await expect(store.putBlob(chunks('bad'), digestOf('good'))).rejects.toMatchObject({ code: 'STORE_BLOB_CORRUPT' });
  expect(await readdir(join(store.root, 'blobs', 'sha256'))).toEqual([]);
  expect(await readdir(join(store.root, 'tmp'))).toEqual([]);
});

test('a source that breaks off leaves nothing behind', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half');
    throw new Error('broke off');
  }
  await expect(store.putBlob(broken())).rejects.toThrow('broke off');
  expect(await readdir(join(store.root, 'blobs', 'sha256'))).toEqual([]);
  expect(await readdir(join(store.root, 'tmp'))).toEqual([]);
});

test('a file is adopted when its content is right', async () => {
  const file = join(root, 'inbox');
  await writeFile(file, 'adopted');
  await store.adoptBlob(file, digestOf('adopted'));
  expect(await readFile(store.blobPath(digestOf('adopted')), 'utf8')).toBe('adopted');
  await expect(stat(file)).rejects.toThrow();
});

test('a file with other content, and a link, are not adopted', async () => {
  const file = join(root, 'inbox');
  await writeFile(file, 'forged');
  await expect(store.adoptBlob(file, digestOf('genuine'))).rejects.toMatchObject({ code: 'STORE_BLOB_CORRUPT' });
  await symlink(file, join(root, 'link'));
  await expect(store.adoptBlob(join(root, 'link'), digestOf('forged'))).rejects.toThrow();
  expect(await store.hasBlob(digestOf('forged'))).toBe(false);
});

test('a tree appears when it is whole, and the first one stays', async () => {
  expect(await store.findTree('one')).toBeUndefined();
  const path = await store.putTree('one', async (dir) => {
    await writeFile(join(dir, 'who'), 'first');
    expect(await store.findTree('one')).toBeUndefined();
  });
  expect(await store.putTree('one', (dir) => writeFile(join(dir, 'who'), 'second'))).toBe(path);
  expect(await readFile(join(path, 'who'), 'utf8')).toBe('first');
  expect(await readdir(join(store.root, 'tmp'))).toEqual([]);
});

test('a tree keeps the mode that it was given, also one without the right to write', async () => {
  const path = await store.putTree('closed', async (dir) => {
    await mkdir(join(dir, 'in'));
    await writeFile(join(dir, 'in', 'file'), '');
    await chmod(join(dir, 'in'), 0o555);
    await chmod(dir, 0o555);
  });
  expect((await stat(path)).mode & 0o777).toBe(0o555);
  await removeFolder(path);
  expect(await store.findTree('closed')).toBeUndefined();
});

test('the key of a tree cannot lead out of the store', () => {
  expect(() => store.treePath('../../etc')).toThrow();
  expect(() => store.treePath('.')).toThrow();
});

test('records are JSON values under any key', async () => {
  await store.writeRecord('index', 'https://mirror.example/a b/../c', { size: 3 });
  expect(await store.readRecord('index', 'https://mirror.example/a b/../c')).toEqual({ size: 3 });
  expect(await store.readRecord('index', 'other')).toBeUndefined();
});

test('an unreadable record is an absent one', async () => {
  await store.writeRecord('kind', 'key', 1);
  await writeFile(join(store.root, 'records', 'kind', 'key.json'), '{');
  expect(await store.readRecord('kind', 'key')).toBeUndefined();
});

test('a temporary folder goes, also after an error', async () => {
  let seen = '';
  const failing = store.withTempFolder(async (dir) => {
    seen = dir;
    await writeFile(join(dir, 'file'), '');
    throw new Error('on the way');
  });
  await expect(failing).rejects.toThrow('on the way');
  await expect(stat(seen)).rejects.toThrow();
});

test('what dead processes left is removed when the store is opened, and nothing else', async () => {
  const temp = join(store.root, 'tmp');
  await store.withTempFolder(async (mine) => {
    const [, , host] = mine.slice(temp.length + 1).split('-');
    const old = join(temp, `7-7-${'f'.repeat(12)}-ab`);
    const names = [`4194305-1-${host}-ab`, `${process.pid}-1-${host}-ab`, `7-7-${'e'.repeat(12)}-ab`];
    for (const one of [...names.map((name) => join(temp, name)), old])
      await mkdir(join(one, 'sub'), { recursive: true });
    await utimes(old, 1, 1);
    await openStore(store.root);
    expect((await readdir(temp)).sort()).toEqual([names[2], mine.slice(temp.length + 1)].sort());
  });
});

test('a store that cannot be made is a fault', async () => {
  await writeFile(join(root, 'file'), '');
  await expect(openStore(join(root, 'file', 'cache'))).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE' });
});

test('a store where nobody can make a folder is a fault, and not tried without end', async () => {
  await expect(openStore('/proc/nothing/cache')).rejects.toMatchObject({
    code: 'STORE_NOT_WRITABLE',
    problem: 'The content store at /proc/nothing/cache cannot be written: /proc/nothing is refused.',
  });
});
