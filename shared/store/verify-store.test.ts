import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestOf, openStore, removeFolder, type Store, type TreeProof, verifyStore } from './index.ts';
import { firstLine, startStoreProcess } from './store-process.ts';

let root: string;
let store: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'verify-'));
  store = await openStore(root);
});

afterEach(() => removeFolder(root));

const sayNothing: TreeProof = async () => 'unknown';

async function putText(text: string) {
  return store.putBlob(
    (async function* () {
      yield Buffer.from(text);
    })(),
  );
}

function putTree(key: string, options?: { isProvable: boolean }) {
  return store.putTree(
    key,
    async (dir) => {
      await mkdir(join(dir, 'in'));
      await writeFile(join(dir, 'in', 'file'), 'content');
    },
    options,
  );
}

test('a store in which all is right keeps everything', async () => {
  await putText('blob');
  await putTree('tree');
  await store.writeRecord('kind', 'https://key', { some: ['value'] });
  expect(await verifyStore(root, sayNothing)).toEqual({
    checked: { blobs: 1, trees: 1, records: 2 },
    broken: [],
    unknown: [],
  });
  expect(await store.hasBlob(digestOf('blob'))).toBe(true);
  expect(await store.findTree('tree')).toBeDefined();
  expect(await store.readRecord('kind', 'https://key')).toEqual({ some: ['value'] });
});

test('a blob with other content goes, and the others stay', async () => {
  await putText('right');
  const { path, digest } = await putText('wrong');
  await appendFile(path, '!');
  const { broken } = await verifyStore(root, sayNothing);
  expect(broken).toEqual([{ kind: 'blob', name: digest, problem: `its content has the digest ${digestOf('wrong!')}` }]);
  expect(await store.hasBlob(digest)).toBe(false);
  expect(await store.hasBlob(digestOf('right'))).toBe(true);
});

test('what is no blob goes', async () => {
  await writeFile(join(root, 'blobs/sha256/README'), '');
  await mkdir(join(root, 'blobs/sha256', 'a'.repeat(64)));
  expect((await verifyStore(root, sayNothing)).broken).toHaveLength(2);
  expect(await readdir(join(root, 'blobs/sha256'))).toEqual([]);
});

const CHANGES: [string, (tree: string) => Promise<unknown>][] = [
  ['has another content', (tree) => writeFile(join(tree, 'in/file'), 'changed')],
  ['has a file more', (tree) => writeFile(join(tree, 'more'), '')],
  ['lacks a file', (tree) => rm(join(tree, 'in/file'))],
  ['has another mode', (tree) => chmod(join(tree, 'in/file'), 0o755)],
];

test.each(CHANGES)('a tree that %s goes', async (_, change) => {
  await putTree('kept');
  await change(await putTree('changed'));
  const { broken } = await verifyStore(root, sayNothing);
  expect(broken).toEqual([{ kind: 'tree', name: 'changed', problem: 'its content is not what was put there' }]);
  expect(await readdir(join(root, 'trees'))).toEqual(['kept']);
  expect(await readdir(join(root, 'tmp'))).toEqual([]);
});

test('of a tree without a seal somebody else says whether it is right', async () => {
  for (const key of ['right', 'wrong', 'unknown']) await putTree(key, { isProvable: true });
  await utimes(join(root, 'trees/unknown'), 1, 1);
  const prove: TreeProof = async (key) => (key === 'wrong' ? { problem: 'it differs' } : (key as 'right' | 'unknown'));
  const { broken, unknown } = await verifyStore(root, prove);
  expect(broken).toEqual([{ kind: 'tree', name: 'wrong', problem: 'it differs' }]);
  expect(unknown).toEqual(['unknown']);
  expect(await readdir(join(root, 'trees'))).toEqual(['right']);
});

test('a tree of which nothing can be said stays while somebody may be using it', async () => {
  await putTree('in-use', { isProvable: true });
  const holder = startStoreProcess(root, `await dema.holdStore(store.root); console.log('held'); await sleep(60_000);`);
  await firstLine(holder);
  const now = new Date();
  await utimes(join(root, 'trees/in-use'), now, now);
  expect((await verifyStore(root, sayNothing)).unknown).toEqual([]);
  await utimes(join(root, 'trees/in-use'), 1, 1);
  expect((await verifyStore(root, sayNothing)).unknown).toEqual(['in-use']);
  holder.kill();
});

test.each([
  ['changed', (text: string) => text.replace('yes', 'no')],
  ['cut', (text: string) => text.slice(0, -3)],
  ['empty', () => ''],
])('a record that is %s goes, and is not read before', async (_, change) => {
  await store.writeRecord('kind', 'key', { answer: 'yes' });
  const file = join(root, 'records/kind/key.json');
  await writeFile(file, change(await readFile(file, 'utf8')));
  expect(await store.readRecord('kind', 'key')).toBeUndefined();
  const { broken } = await verifyStore(root, sayNothing);
  expect(broken).toEqual([{ kind: 'record', name: 'kind/key.json', problem: 'its content is not what was written' }]);
  expect(await readdir(join(root, 'records/kind'))).toEqual([]);
});

test('a record under another name is broken', async () => {
  await store.writeRecord('kind', 'key', 1);
  await writeFile(join(root, 'records/kind/other.json'), await readFile(join(root, 'records/kind/key.json')));
  expect((await verifyStore(root, sayNothing)).broken).toMatchObject([{ name: 'kind/other.json' }]);
});

test('a store that is not there is well', async () => {
  await removeFolder(root);
  expect((await verifyStore(root, sayNothing)).broken).toEqual([]);
});
