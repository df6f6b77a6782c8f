import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTar, type TarEntry } from '@dema/archive';
import { openStore, type Store } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLifecycleLayer } from './builder-lifecycle.ts';

const TOML = `[apis.buildpack]
supported = ["0.10"]
[apis.platform]
supported = ["0.12"]
[lifecycle]
version = "0.21.14"
`;
const PROGRAMS = ['analyzer', 'builder', 'creator', 'detector', 'exporter', 'restorer'];

let root = '';
let store: Store;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-lifecycle-'));
  store = await openStore(root);
});
afterAll(() => rm(root, { recursive: true }));

function file(path: string, content: string | Buffer): TarEntry {
  const body = Buffer.from(content);
  return { path, type: 'file', mode: 0o755, uid: 0, gid: 0, size: body.length, mtime: 7, body: () => [body] };
}

function release(folder: string, program: string | Buffer = '#!/bin/sh\n'): TarEntry[] {
  const link = (name: string): TarEntry => ({
    ...{ path: `${folder}/${name}`, type: 'symlink', mode: 0o777, uid: 0, gid: 0, size: 0, linkPath: 'lifecycle' },
  });
  return [file(`${folder}/lifecycle`, program), file(`${folder}/launcher`, program), ...PROGRAMS.map(link)];
}

const create = (entries: TarEntry[]) =>
  createLifecycleLayer(store, { name: 'lifecycle.tgz', entries, architecture: 'amd64' });

test('a release stands in /cnb/lifecycle with its own headers', async () => {
  const { info, layer } = await create([file('lifecycle.toml', TOML), ...release('lifecycle')]);
  expect(info).toMatchObject({ version: '0.21.14', apis: { buildpack: { supported: ['0.10'] } } });
  const found: string[] = [];
  for await (const { path, type, mtime, linkPath = '' } of readTar(layer.read())) {
    found.push([path, type, mtime === 7 ? 'its time' : '', linkPath].join(' ').trim());
  }
  expect(found.slice(0, 4)).toEqual([
    '/cnb/lifecycle directory',
    '/cnb/lifecycle/lifecycle file its time',
    '/cnb/lifecycle/launcher file its time',
    '/cnb/lifecycle/analyzer symlink  lifecycle',
  ]);
  expect(found.at(-1)).toBe('/lifecycle symlink  /cnb/lifecycle');
});

test('an image of it has it below /cnb', async () => {
  const entries = [file('/cnb/lifecycle.toml', TOML), ...release('/cnb/lifecycle')];
  const ofImage = await create(entries);
  expect(ofImage.layer.diffId).toBe(
    (await create([file('lifecycle.toml', TOML), ...release('lifecycle')])).layer.diffId,
  );
});

const ELF = Buffer.alloc(64);
ELF.write('\x7fELF\x02\x01\x01', 'latin1');
ELF.writeUInt16LE(0xb7, 18);

test.each<[TarEntry[], string]>([
  [release('lifecycle'), 'it has no lifecycle.toml'],
  [[file('lifecycle.toml', TOML), ...release('lifecycle').slice(0, -2)], 'the programs exporter, restorer are missing'],
  [
    [file('lifecycle.toml', TOML), ...release('lifecycle', ELF)],
    'its programs are for arm64, and the builder is for amd64',
  ],
  [
    [file('lifecycle.toml', TOML), { ...file('lifecycle/large', ''), size: 600e6 }, ...release('lifecycle')],
    'its files are larger than 512 MB',
  ],
])('what is no lifecycle for the builder is refused', async (entries, reason) => {
  await expect(create(entries)).rejects.toMatchObject({
    code: 'ENGINE_LIFECYCLE_INVALID',
    problem: `lifecycle.tgz holds no lifecycle that a builder could have: ${reason}.`,
  });
});

test('what is no file of the folder is passed over', async () => {
  const others = [file('lifecycle/..', 'x'), file('lifecycle/a/b', 'x'), file('elsewhere/lifecycle', 'x')];
  const { layer } = await create([file('lifecycle.toml', TOML), ...others, ...release('lifecycle')]);
  expect(layer.diffId).toBe((await create([file('lifecycle.toml', TOML), ...release('lifecycle')])).layer.diffId);
});

test('a hard link leads to where its file went', async () => {
  const link: TarEntry = { ...file('lifecycle/extender', ''), type: 'hardlink', linkPath: 'lifecycle/lifecycle' };
  const { layer } = await create([file('lifecycle.toml', TOML), ...release('lifecycle'), link]);
  const links: (string | undefined)[] = [];
  for await (const { type, linkPath } of readTar(layer.read())) if (type === 'hardlink') links.push(linkPath);
  expect(links).toEqual(['/cnb/lifecycle/lifecycle']);
});
