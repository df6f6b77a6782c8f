import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTar } from '@dema/archive';
import type { DebianArchive } from '@dema/debian';
import { openStore } from '@dema/store';
import { makeDeb } from '@dema/testkit';
import { afterAll, expect, test } from 'vitest';
import { makeLauncherLayer } from './make-launcher-layer.ts';

const folder = await mkdtemp(join(tmpdir(), 'dema-launcher-layer-'));

afterAll(() => rm(folder, { recursive: true }));

const LIBRARIES = 'usr/lib/aarch64-linux-gnu';
const FILES: Record<string, Record<string, string>> = {
  'busybox-static': { 'usr/bin/busybox': 'shell', 'usr/share/doc/busybox-static/copyright': 'GPL' },
  quickjs: { 'usr/bin/qjs': 'qjs', 'usr/bin/qjsc': 'compiler', 'usr/share/doc/quickjs/copyright': 'MIT' },
  libc6: {
    [`${LIBRARIES}/ld-linux-aarch64.so.1`]: 'loader',
    [`${LIBRARIES}/libc.so.6`]: 'libc',
    [`${LIBRARIES}/libm.so.6`]: 'libm',
    'usr/share/doc/libc6/copyright': 'LGPL',
  },
};

/** An archive whose packages hold these files, whatever their checksums in the lock. */
function fakeArchive(files: typeof FILES): DebianArchive & { fetched: string[] } {
  const fetched: string[] = [];
  return {
    fetched,
    packages: () => Promise.reject(new Error('no index is needed')),
    async fetch({ name, version }) {
      const path = join(folder, `${name}.deb`);
      fetched.push(name);
      await writeFile(path, await makeDeb({ name, version, files: files[name] }));
      return path;
    },
  };
}

const openNewStore = async () => openStore(await mkdtemp(join(folder, 'store-')));

test('the layer holds the launcher and what it runs on, all owned by root', async () => {
  const store = await openNewStore();
  const layer = await makeLauncherLayer({ store, archive: fakeArchive(FILES), architecture: 'arm64' });
  const entries: string[] = [];
  for await (const { path, type, mode, uid, gid } of readTar(layer.read())) {
    entries.push(`${path} ${type} ${mode.toString(8)} ${uid}:${gid}`);
  }
  expect(entries).toEqual([
    '/cnb directory 755 0:0',
    '/cnb/lifecycle directory 755 0:0',
    '/cnb/lifecycle/busybox file 755 0:0',
    '/cnb/lifecycle/busybox-static.copyright file 644 0:0',
    '/cnb/lifecycle/launcher file 755 0:0',
    '/cnb/lifecycle/launcher.js file 644 0:0',
    '/cnb/lifecycle/ld-linux-aarch64.so.1 file 755 0:0',
    '/cnb/lifecycle/libc.so.6 file 755 0:0',
    '/cnb/lifecycle/libc6.copyright file 644 0:0',
    '/cnb/lifecycle/libm.so.6 file 644 0:0',
    '/cnb/lifecycle/qjs file 755 0:0',
    '/cnb/lifecycle/quickjs.copyright file 644 0:0',
  ]);
  expect(layer.createdBy).toBe('Buildpacks Application Launcher');
});

test('the same packages make the same layer in another store', async () => {
  const make = async () =>
    makeLauncherLayer({ store: await openNewStore(), archive: fakeArchive(FILES), architecture: 'arm64' });
  const [one, other] = [await make(), await make()];
  expect(one.diffId).toBe(other.diffId);
});

test('a layer that the store has is not made again', async () => {
  const store = await openNewStore();
  const archive = fakeArchive(FILES);
  const { diffId } = await makeLauncherLayer({ store, archive, architecture: 'arm64' });
  expect(archive.fetched.splice(0)).toHaveLength(3);
  const again = await makeLauncherLayer({ store, archive, architecture: 'arm64' });
  expect([again.diffId, again.createdBy]).toEqual([diffId, 'Buildpacks Application Launcher']);
  expect(archive.fetched).toEqual([]);
});

test('a package without the files that it is locked for', async () => {
  const archive = fakeArchive({ ...FILES, quickjs: { 'usr/share/doc/quickjs/copyright': 'MIT' } });
  const made = makeLauncherLayer({ store: await openNewStore(), archive, architecture: 'arm64' });
  await expect(made).rejects.toMatchObject({
    code: 'LAUNCHER_PACKAGE_INCOMPLETE',
    problem: expect.stringMatching(/quickjs\.deb lacks usr\/bin\/qjs, /),
  });
});
