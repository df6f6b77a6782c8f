import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { comparePaths, type TarEntry, writeTar } from '@dema/archive';
import { divideIntoSlices } from '@dema/engine';
import { folderEntries } from '@dema/oci';
import { removeFolder } from '@dema/store';
import { afterAll, expect, test } from 'vitest';
import { readCases } from './cases.ts';
import { describeTar, type TarDescription } from './describe-tar.ts';
import { writeTree } from './write-tree.ts';

interface SliceCase {
  tree: string[];
  slices: string[][];
}

const root = await mkdtemp(join(tmpdir(), 'dema-slices-'));
afterAll(() => removeFolder(root));

test.each(await readCases<SliceCase, TarDescription[] | 'refused'>('slices'))(
  'slices: $name',
  async ({ name, given, golden }) => {
    const folder = join(root, name);
    await mkdir(folder);
    await chmod(folder, 0o755);
    await writeTree(folder, given.tree);
    const entries: TarEntry[] = [];
    for await (const entry of folderEntries(folder, { prefix: '/workspace', uid: 1001, gid: 1000 }))
      entries.push(entry);
    entries.sort((a, b) => comparePaths(a.path, b.path));
    const slices = given.slices.map((paths) => ({ paths }));
    if (golden === 'refused') {
      expect(() => divideIntoSlices(entries, slices)).toThrow();
      return;
    }
    const divided = divideIntoSlices(entries, slices);
    const layers = await Promise.all(divided.map(async (part) => describeTar(await buffer(writeTar(part)))));
    expect(layers).toEqual(golden);
  },
);
