import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebianArchive } from '@dema/debian';
import { openStore, removeFolder } from '@dema/store';
import { makeDeb } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findMissingBubblewrapPackages, makeBubblewrap } from './make-bubblewrap.ts';

const LIBRARIES = 'usr/lib/aarch64-linux-gnu';
const FILES: Record<string, Record<string, string>> = {
  bubblewrap: { 'usr/bin/bwrap': 'bwrap', 'usr/share/doc/bubblewrap/copyright': 'LGPL', 'usr/share/man/bwrap.1': '' },
  libc6: {
    'lib/aarch64-linux-gnu/ld-linux-aarch64.so.1': 'loader',
    'lib/aarch64-linux-gnu/libc.so.6': 'libc',
    'lib/aarch64-linux-gnu/libm.so.6': 'libm',
  },
  libcap2: { [`${LIBRARIES}/libcap.so.2.75`]: 'libcap', [`${LIBRARIES}/libpsx.so.2`]: 'psx' },
};

let root: string;
let fetched: string[];
let archive: DebianArchive;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-bubblewrap-'));
  fetched = [];
  archive = {
    packages: () => Promise.reject(new Error('no index is needed')),
    async fetch({ name, version }) {
      const path = join(root, `${name}.deb`);
      fetched.push(name);
      await writeFile(path, await makeDeb({ name, version, files: FILES[name] }));
      return path;
    },
  };
});

afterEach(() => removeFolder(root));

test('the tree holds the program and what it links, and nothing else of the packages', async () => {
  const store = await openStore(join(root, 'store'));
  const { tree } = await makeBubblewrap({ store, archive, architecture: 'arm64' });
  const files = (await readdir(tree, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name).sort()).toEqual([
    'bwrap',
    'copyright',
    'ld-linux-aarch64.so.1',
    'libc.so.6',
    'libcap.so.2.75',
  ]);
});

test('made once, it needs no archive', async () => {
  const [store, downloads] = [await openStore(join(root, 'store')), await openStore(join(root, 'downloads'))];
  const options = { store, archive, architecture: 'arm64' as const };
  const missing = await findMissingBubblewrapPackages(options, downloads);
  const { tree } = await makeBubblewrap(options);
  expect(missing.map(({ name }) => name)).toEqual(fetched.splice(0));
  expect(await makeBubblewrap(options)).toEqual({ tree });
  expect(fetched).toEqual([]);
  expect(await findMissingBubblewrapPackages(options, downloads)).toEqual([]);
});
