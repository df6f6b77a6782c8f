import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { findBuildpackPath } from './buildpack-path.ts';

test.each([
  ['./lua', './lua'],
  ['archive:acme_lua-0.1.0.cnb', 'acme_lua-0.1.0.cnb'],
  ['archive:/packs/lua.cnb', '/packs/lua.cnb'],
  ['acme/lua', undefined],
  ['acme/lua@0.1.0', undefined],
  ['no-such-file.cnb', undefined],
  [`${'b'.repeat(5000)}.cnb`, undefined],
])('%s names the path %s', (text, path) => {
  expect(findBuildpackPath(text)).toBe(path);
});

test('the file of a package needs no ./ before it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dema-package-'));
  await writeFile(join(folder, 'acme_lua-0.1.0.cnb'), '');
  const file = join(relative(join(folder, '..'), folder), 'acme_lua-0.1.0.cnb');
  const before = process.cwd();
  expect(findBuildpackPath(file)).toBeUndefined();
  process.chdir(join(folder, '..'));
  expect(findBuildpackPath(file)).toBe(file);
  process.chdir(before);
  await rm(folder, { recursive: true });
});
