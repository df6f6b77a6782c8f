import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TarEntry } from '@dema/archive';
import { appendLayers, createLayer, emptyImage, type Image, setConfig } from '@dema/oci';
import { openStore, removeFolder, type Store } from '@dema/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openImageRoot } from './image-root.ts';

let root: string;
let store: Store;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'image-root-'));
  store = await openStore(root);
});

afterEach(() => removeFolder(root));

const OWNER = { uid: 0, gid: 0 };
const APP = { uid: 1002, gid: 1000 };

function file(path: string, content = path, owner = OWNER): TarEntry {
  const body = () => [Buffer.from(content)];
  return { path, type: 'file', mode: 0o644, ...owner, size: Buffer.byteLength(content), body };
}

function folder(path: string, mode = 0o755, owner = OWNER): TarEntry {
  return { path, type: 'directory', mode, ...owner, size: 0 };
}

function link(path: string, linkPath: string): TarEntry {
  return { path, type: 'symlink', mode: 0o777, ...OWNER, size: 0, linkPath };
}

async function imageOf(User: string | undefined, ...layers: TarEntry[][]): Promise<Image> {
  const made = await Promise.all(layers.map((entries) => createLayer(store, entries)));
  const image = appendLayers(emptyImage({ os: 'linux', architecture: 'amd64' }), made);
  return User === undefined ? image : setConfig(image, { User });
}

test('layers that hide nothing stand one above the other', async () => {
  const image = await imageOf('1002:1000', [folder('etc'), file('etc/a')], [folder('etc'), file('etc/b')]);
  const { trees, user } = await openImageRoot(store, image);
  expect(await Promise.all(trees.map((tree) => readdir(join(tree, 'etc'))))).toEqual([['a'], ['b']]);
  expect(user).toEqual({ uid: 1002, gid: 1000, home: '/' });
});

test('layers that hide something, or write through a link, are put together', async () => {
  const hiding = await openImageRoot(store, await imageOf(undefined, [file('a'), file('b')], [file('.wh.a')]));
  expect(await Promise.all(hiding.trees.map((tree) => readdir(tree)))).toEqual([['b']]);
  const below = [folder('usr'), folder('usr/bin'), link('bin', 'usr/bin')];
  const linked = await openImageRoot(store, await imageOf(undefined, below, [file('bin/tool')]));
  expect(linked.trees).toHaveLength(1);
  expect(await readFile(join(linked.trees[0] ?? '', 'usr/bin/tool'), 'utf8')).toBe('bin/tool');
});

test('so are more layers than the kernel takes', async () => {
  const layers = Array.from({ length: 30 }, (_, index) => [file(`f${index}`)]);
  const { trees } = await openImageRoot(store, await imageOf(undefined, ...layers));
  expect(trees).toHaveLength(1);
  expect(await readdir(trees[0] ?? '')).toHaveLength(30);
});

test('an ordinary user may write to the topmost folders that are theirs, root everywhere', async () => {
  const entries = [
    folder('.', 0o777),
    folder('tmp', 0o1777),
    folder('srv', 0o755, APP),
    folder('srv/data', 0o755, APP),
    folder('var', 0o775, { uid: 0, gid: 1000 }),
    folder('opt', 0o555, APP),
    folder('usr'),
    folder('proc', 0o777),
  ];
  const image = await imageOf('1002:1000', entries);
  expect((await openImageRoot(store, image)).writable).toEqual(['/srv', '/tmp', '/var']);
  expect((await openImageRoot(store, await imageOf(undefined, entries))).writable).toBe('all');
});

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\nweb:x:33:44::/srv/web:/bin/sh\nbare:x:5:6::\n';
const GROUP = 'root:x:0:\nwww:x:44:\n';

test.each<{ user: string; expected: object }>([
  { user: 'web', expected: { uid: 33, gid: 44, home: '/srv/web' } },
  { user: 'web:www', expected: { uid: 33, gid: 44, home: '/srv/web' } },
  { user: 'web:0', expected: { uid: 33, gid: 0, home: '/srv/web' } },
  { user: '33', expected: { uid: 33, gid: 44, home: '/srv/web' } },
  { user: '7', expected: { uid: 7, gid: 0, home: '/' } },
  { user: '7:9', expected: { uid: 7, gid: 9, home: '/' } },
  { user: 'bare', expected: { uid: 5, gid: 6, home: '/' } },
  { user: '', expected: { uid: 0, gid: 0, home: '/root' } },
])('the user "$user" is the one of the image', async ({ user, expected }) => {
  const files = [folder('etc'), file('etc/passwd', PASSWD), file('etc/group', GROUP)];
  expect((await openImageRoot(store, await imageOf(user, files))).user).toEqual(expected);
});

test.each(['nobody', 'web:nobody'])('the user "%s" is refused, not taken for root', async (user) => {
  const image = await imageOf(user, [folder('etc'), file('etc/passwd', PASSWD), file('etc/group', GROUP)]);
  await expect(openImageRoot(store, image)).rejects.toMatchObject({ code: 'ENGINE_IMAGE_USER_UNKNOWN' });
});

test('a list of users that is a link does not lead out of the image', async () => {
  const image = await imageOf('root', [folder('etc'), link('etc/passwd', '/proc/self/environ')]);
  await expect(openImageRoot(store, image)).rejects.toMatchObject({ code: 'ENGINE_IMAGE_USER_UNKNOWN' });
});
