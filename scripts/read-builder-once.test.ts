import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendLayers, createLayer, emptyImage, makeImageTree, setConfig, writeImage } from '@dema/oci';
import { openStore, removeFolder, type Store } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PulledImage } from './find-pulled-image.ts';
import { readBuilderOnce } from './read-builder-once.ts';

let root: string;
let store: Store;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-read-builder-'));
  store = await openStore(root);
});

afterAll(() => removeFolder(root));

/** A builder of one buildpack that has this in its metadata. */
async function makeBuilder(metadata: string): Promise<PulledImage & { tree: string }> {
  const files = {
    '/cnb/order.toml': '[[order]]\n[[order.group]]\nid = "a/b"\nversion = "1.0.0"\n',
    '/cnb/buildpacks/a_b/1.0.0/buildpack.toml': `api = "0.10"\n[buildpack]\nid = "a/b"\nversion = "1.0.0"\n[metadata]\n${metadata}\n`,
  };
  const entries = Object.entries(files).map(([path, text]) => {
    const content = Buffer.from(text);
    return { path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: content.length, body: () => [content] } as const;
  });
  const base = emptyImage({ os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' });
  const user = { Env: ['CNB_USER_ID=1001', 'CNB_GROUP_ID=1000'] };
  const image = setConfig(appendLayers(base, [await createLayer(store, entries)]), user);
  const { digest } = (await writeImage(store, image)).manifest;
  const reference = 'acme/builder:1';
  return { image, reference, pinned: `acme/builder@${digest}`, tree: await makeImageTree(store, image.layers) };
}

const read = (builder: PulledImage, program?: string) => readBuilderOnce(store, builder, { name: 'acme', program });

/** As nobody does: so that it shows whether the files are read. */
const empty = ({ tree }: { tree: string }) => writeFile(join(tree, 'cnb/order.toml'), '');

test('the files of a builder image are read once, and again by another state of the program', async () => {
  const builder = await makeBuilder('kept = true');
  const first = await read(builder, 'one');
  expect(first.buildpacks).toMatchObject([{ descriptor: { buildpack: { id: 'a/b' }, metadata: { kept: true } } }]);
  await empty(builder);
  expect(await read(builder, 'one')).toEqual(first);
  await expect(read(builder, 'two')).rejects.toMatchObject({ code: 'ENGINE_BUILDER_INVALID' });
  await expect(read(builder)).rejects.toMatchObject({ code: 'ENGINE_BUILDER_INVALID' });
});

test('one with something that JSON has not is read each time', async () => {
  const builder = await makeBuilder('released = 2026-01-02');
  await read(builder, 'one');
  await empty(builder);
  await expect(read(builder, 'one')).rejects.toMatchObject({ code: 'ENGINE_BUILDER_INVALID' });
});
