import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Locator, parseLocator, parseLocatorArgument } from './locator.ts';

let folder = '';
const before = process.cwd();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dema-locator-'));
  await mkdir(join(folder, 'acme/lua'), { recursive: true });
  await writeFile(join(folder, 'acme_lua-0.1.0.cnb'), '');
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true });
});

const BOTH: [string, Locator][] = [
  ['docker://example/lua:1', { kind: 'image', name: 'docker://example/lua:1' }],
  ['oci:/packs/lua', { kind: 'image', name: 'oci:/packs/lua' }],
  ['archive:/packs/lua.cnb', { kind: 'image', name: 'archive:/packs/lua.cnb' }],
  ['https://server/lua.tgz', { kind: 'url', url: 'https://server/lua.tgz' }],
  ['file:///packs/a%20lua', { kind: 'path', path: '/packs/a lua' }],
  ['/packs/lua', { kind: 'path', path: '/packs/lua' }],
  ['urn:cnb:builder:acme/lua@0.1.0', { kind: 'builder', id: 'acme/lua', version: '0.1.0' }],
  ['from=builder:acme/lua', { kind: 'builder', id: 'acme/lua' }],
  ['from=builder', { kind: 'builder' }],
  ['acme/php', { kind: 'name', name: 'acme/php' }],
  ['acme/php@1.2.3', { kind: 'name', name: 'acme/php@1.2.3' }],
];

test.each(BOTH)('%s is the same everywhere', (text, locator) => {
  expect(parseLocator(text, folder)).toEqual(locator);
  expect(parseLocatorArgument(text)).toEqual(locator);
});

test('paths of a file start at its folder', () => {
  const at = (path: string) => ({ kind: 'path', path: join(folder, path) });
  expect(parseLocator('../lua', join(folder, 'acme'))).toEqual(at('lua'));
  expect(parseLocator('acme_lua-0.1.0.cnb', folder)).toEqual(at('acme_lua-0.1.0.cnb'));
  expect(parseLocator('acme', folder)).toEqual(at('acme'));
  expect(parseLocator('no-such-file.tgz', folder)).toEqual(at('no-such-file.tgz'));
  expect(parseLocator('file://acme/lua', folder)).toEqual(at('acme/lua'));
  expect(parseLocator('archive:lua.cnb', folder)).toEqual({
    kind: 'image',
    name: `archive:${join(folder, 'lua.cnb')}`,
  });
});

test('on a command line a bare word is a name, and the file of a package none', () => {
  expect(parseLocatorArgument('acme')).toEqual({ kind: 'name', name: 'acme' });
  expect(parseLocatorArgument('acme/lua')).toMatchObject({ kind: 'path' });
  expect(parseLocatorArgument('acme_lua-0.1.0.cnb')).toMatchObject({ kind: 'path' });
  for (const name of ['no-such-file.cnb', `${'b'.repeat(5000)}.cnb`]) {
    expect(parseLocatorArgument(name)).toEqual({ kind: 'name', name });
  }
});

test('the index of a buildpack registry is not read', () => {
  expect(() => parseLocator('urn:cnb:registry:acme/lua', folder)).toThrow(/docker:\/\/|does not read/);
});
