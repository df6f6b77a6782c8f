import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createLayer, folderEntries } from '@dema/oci';
import { openStore, removeFolder } from '@dema/store';
import { afterAll, expect, test } from 'vitest';
import { readCases } from './cases.ts';
import { describeTar, type TarDescription } from './describe-tar.ts';
import { parseName } from './names.ts';
import { writeTree } from './write-tree.ts';

interface Parent {
  path: string;
  mode: string;
  uid: number;
  gid: number;
}

interface LayerCase {
  at: string;
  /** Folders above it that are not 0755 and root's. */
  parents?: Parent[];
  owner: [uid: number, gid: number];
  tree: string[];
}

const root = await mkdtemp(join(tmpdir(), 'dema-layers-'));
const store = await openStore(join(root, 'store'));
afterAll(() => removeFolder(root));

test.each(await readCases<LayerCase, TarDescription>('layers'))('layer: $name', async ({ name, given, golden }) => {
  const folder = join(root, name);
  await mkdir(folder);
  await chmod(folder, 0o755);
  await writeTree(folder, given.tree);
  const [uid, gid] = given.owner;
  const prefix = parseName(given.at);
  const parents = parentsOf(prefix, given.parents);
  const layer = await createLayer(store, folderEntries(folder, { prefix, uid, gid, parents }));
  const described = describeTar(await buffer(layer.read()));
  expect(described).toEqual(golden);
  expect(layer.diffId).toBe(`sha256:${golden.sha256}`);
});

function parentsOf(path: string, given: Parent[] = []): { path: string; mode: number; uid: number; gid: number }[] {
  const above = dirname(path);
  if (above === '/') return [];
  const parent = given.find((one) => one.path === above) ?? { path: above, mode: '0755', uid: 0, gid: 0 };
  return [...parentsOf(above, given), { ...parent, mode: Number.parseInt(parent.mode, 8) }];
}
