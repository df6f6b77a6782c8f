import { chmod, link, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBody, type TarEntry } from '@dema/archive';
import { removeFolder } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { folderEntries } from './index.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'folder-'));
});

afterEach(() => removeFolder(root));

const OPTIONS = { prefix: '/layers/x/node', uid: 1001, gid: 1000 };

async function collect(options = OPTIONS): Promise<TarEntry[]> {
  const all: TarEntry[] = [];
  for await (const entry of folderEntries(root, options)) all.push(entry);
  return all;
}

test('a folder comes first, then what is in it, by the bytes of the names', async () => {
  for (const name of ['b', 'a-b', 'B', 'ä', '\uffee', '😀']) await writeFile(join(root, name), '');
  await mkdir(join(root, 'a/z'), { recursive: true });
  await writeFile(join(root, 'a/x'), '');
  const names = ['', '/B', '/a', '/a/x', '/a/z', '/a-b', '/b', '/ä', '/\uffee', '/😀'];
  expect((await collect()).map(({ path }) => path)).toEqual(names.map((name) => `/layers/x/node${name}`));
});

test('owners are the given ones, modes those of the files, and links stay links', async () => {
  await writeFile(join(root, 'tool'), 'run');
  await chmod(join(root, 'tool'), 0o4755);
  await symlink('../elsewhere', join(root, 'up'));
  await link(join(root, 'tool'), join(root, 'twin'));
  await chmod(root, 0o2750);
  const [folder, tool, twin, up] = await collect();
  expect(folder).toEqual({ path: '/layers/x/node', type: 'directory', mode: 0o2750, size: 0, uid: 1001, gid: 1000 });
  expect(tool).toMatchObject({ type: 'file', mode: 0o4755, size: 3, uid: 1001, gid: 1000 });
  expect(twin).toMatchObject({ type: 'file', mode: 0o4755, size: 3 });
  expect(String(await readBody(twin ?? {}))).toBe('run');
  expect(up).toEqual({
    path: '/layers/x/node/up',
    type: 'symlink',
    mode: 0o777,
    size: 0,
    linkPath: '../elsewhere',
    uid: 1001,
    gid: 1000,
  });
});

test('hard links are kept where that is asked for', async () => {
  await writeFile(join(root, 'tool'), 'run');
  await link(join(root, 'tool'), join(root, 'twin'));
  const all: TarEntry[] = [];
  for await (const entry of folderEntries(root, { ...OPTIONS, keepHardLinks: true })) all.push(entry);
  expect(all.map(({ type, linkPath }) => [type, linkPath])).toEqual([
    ['directory', undefined],
    ['file', undefined],
    ['hardlink', '/layers/x/node/tool'],
  ]);
});

test('folders above stand first, with their own owners', async () => {
  const parents = [
    { path: '/layers', mode: 0o755, uid: 0, gid: 0 },
    { path: '/layers/x', mode: 0o700, uid: 5, gid: 6 },
  ];
  const [first, second, third] = await collect({ ...OPTIONS, parents } as typeof OPTIONS);
  expect(first).toEqual({ path: '/layers', type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 });
  expect(second).toMatchObject({ path: '/layers/x', mode: 0o700, uid: 5, gid: 6 });
  expect(third?.path).toBe('/layers/x/node');
});

test('sockets are left out', async () => {
  const server = createServer().listen(join(root, 'socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  expect((await collect()).length).toBe(1);
  server.close();
});

test('names that are not UTF-8 keep their bytes', async () => {
  await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.of(0xe9)]), 'x');
  const [, entry] = await collect();
  expect(entry?.path).toBe('/layers/x/node/\udce9');
  expect(String(await readBody(entry ?? {}))).toBe('x');
});

test('a folder that is not there is a fault', async () => {
  await removeFolder(root);
  await expect(collect()).rejects.toMatchObject({ code: 'OCI_FOLDER_UNREADABLE' });
});
