import type { TarEntry } from '@dema/archive';
import { expect, test } from 'vitest';
import { divideIntoSlices } from './slices.ts';

function app(...paths: string[]): TarEntry[] {
  const entries = paths.map((path): TarEntry => {
    const isFolder = path === '' || path.endsWith('/');
    const name = `/workspace/${path}`.replace(/\/$/, '');
    return { path: name, type: isFolder ? 'directory' : 'file', mode: 0o755, uid: 1, gid: 1, size: 0 };
  });
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function divided(entries: TarEntry[], ...slices: string[][]): string[][] {
  return divideIntoSlices(
    entries,
    slices.map((paths) => ({ paths })),
  ).map((part) => part.map(({ path }) => path));
}

const APP = app('', 'a.txt', 'lib/', 'lib/b.txt', 'lib/deep/', 'lib/deep/c.txt', 'node_modules/', 'node_modules/x.js');

test('leaves everything in the remainder without slices', () => {
  expect(divided(APP)).toEqual([APP.map(({ path }) => path)]);
});

test('takes a folder with all below it, and the folder out of the remainder', () => {
  expect(divided(APP, ['node_modules'])).toEqual([
    ['/workspace', '/workspace/node_modules', '/workspace/node_modules/x.js'],
    [
      '/workspace',
      '/workspace/a.txt',
      '/workspace/lib',
      '/workspace/lib/b.txt',
      '/workspace/lib/deep',
      '/workspace/lib/deep/c.txt',
    ],
  ]);
});

test('lets a star stay within one folder', () => {
  expect(divided(APP, ['lib/*.txt'])[0]).toEqual(['/workspace', '/workspace/lib', '/workspace/lib/b.txt']);
  expect(divided(APP, ['*.txt'])[0]).toEqual(['/workspace', '/workspace/a.txt']);
});

test('keeps a folder of which something is left', () => {
  expect(divided(APP, ['lib/b.txt'])[1]).toContain('/workspace/lib');
  expect(divided(APP, ['lib/deep/c.txt'])[1]).not.toContain('/workspace/lib/deep');
});

test('gives a file to the first slice that takes it', () => {
  expect(divided(APP, ['a.txt'], ['*'])[0]).toEqual(['/workspace', '/workspace/a.txt']);
  expect(divided(APP, ['a.txt'], ['*'])[1]).not.toContain('/workspace/a.txt');
});

test('makes an empty remainder when everything is taken, and an empty slice when nothing is', () => {
  expect(divided(APP, ['*'])[1]).toEqual([]);
  expect(divided(APP, ['nothing'])[0]).toEqual([]);
});

test('cleans patterns, as Go does with paths', () => {
  expect(divided(APP, ['./node_modules/'])[0]).toContain('/workspace/node_modules/x.js');
});

test('counts an empty folder as something that is left', () => {
  const entries = app('', 'x/', 'x/a.js', 'x/hidden/');
  expect(divided(entries, ['x/a.js'])).toEqual([
    ['/workspace', '/workspace/x', '/workspace/x/a.js'],
    ['/workspace', '/workspace/x', '/workspace/x/hidden'],
  ]);
});

test('refuses a pattern that Go refuses', () => {
  expect(() => divided(APP, ['[a'])).toThrow('[a');
});

test('takes characters of a pattern literally where they mean nothing to Go', () => {
  const entries = app('', 'a+b.txt', 'aab.txt', 'c.txt', 'd.txt');
  expect(divided(entries, ['a+b.txt'])[0]).toEqual(['/workspace', '/workspace/a+b.txt']);
  expect(divided(entries, ['[cd].txt'])[0]).toEqual(['/workspace', '/workspace/c.txt', '/workspace/d.txt']);
  expect(divided(entries, ['a?b.txt'])[0]).toEqual(['/workspace', '/workspace/a+b.txt', '/workspace/aab.txt']);
});
