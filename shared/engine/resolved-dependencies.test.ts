import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { readResolved } from './resolved-dependencies.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dema-resolved-'));
  return () => rm(folder, { recursive: true });
});

const TOOL = {
  id: 'tool',
  name: 'Tool',
  version: '1.0.0',
  sources: [{ uri: 'pkg:npm/tool@1.0.0', checksum: `sha256:${'a'.repeat(64)}` }],
  purl: 'pkg:generic/tool@1.0.0',
};

async function read(text: string) {
  const file = join(folder, 'resolved.json');
  await writeFile(file, text);
  return readResolved(file, 'a/b');
}

test('what a buildpack resolved comes out of the sandbox', async () => {
  expect(await read(JSON.stringify({ dependencies: [TOOL] }))).toEqual([TOOL]);
  expect(await readResolved(join(folder, 'none'), 'a/b')).toEqual([]);
});

test('anything else is the fault of the buildpack, and a link is followed nowhere', async () => {
  await expect(read('{')).rejects.toThrow('a/b');
  await expect(read(JSON.stringify({ dependencies: [{ ...TOOL, sources: [] }] }))).rejects.toThrow(
    'ENGINE_BUILDPACK_OUTPUT_INVALID',
  );
  await writeFile(join(folder, 'outside'), JSON.stringify({ dependencies: [TOOL] }));
  await symlink('outside', join(folder, 'link'));
  expect(await readResolved(join(folder, 'link'), 'a/b')).toEqual([]);
});
