import { redact } from '@dema/errors';
import { expect, test } from 'vitest';
import { parseMirrors } from './mirrors.ts';

const UPSTREAM = 'https://dist.my-tool.example/dist/v1/tool.tar.xz';

function find(env: Record<string, string>, url = UPSTREAM) {
  return parseMirrors(env).find(url)?.url;
}

test.each([
  ['https://mirror.example', 'https://mirror.example/dist/v1/tool.tar.xz'],
  ['https://mirror.example/files/', 'https://mirror.example/files/dist/v1/tool.tar.xz'],
  [
    'http://mirror.example:8081/a/{originalHost}',
    'http://mirror.example:8081/a/dist.my-tool.example/dist/v1/tool.tar.xz',
  ],
  ['https://{originalHost}.mirror.example', 'https://dist.my-tool.example.mirror.example/dist/v1/tool.tar.xz'],
  ['file:///mirror/{originalHost}', 'file:///mirror/dist.my-tool.example/dist/v1/tool.tar.xz'],
  ['https://user:pass@mirror.example', 'https://user:pass@mirror.example/dist/v1/tool.tar.xz'],
  ['mirror=https://mirror.example', 'https://mirror.example/dist/v1/tool.tar.xz'],
  ['mirror=https://mirror.example/x, skip-path=/dist', 'https://mirror.example/x/v1/tool.tar.xz'],
  ['https://mirror.example,skip-path=dist/v1/', 'https://mirror.example/tool.tar.xz'],
  ['https://mirror.example,skip-path=/di', 'https://mirror.example/dist/v1/tool.tar.xz'],
  ['https://mirror.example,skip-path=/', 'https://mirror.example/dist/v1/tool.tar.xz'],
])('%s leads to %s', (value, expected) => {
  expect(find({ BP_DEPENDENCY_MIRROR: value })).toBe(expected);
});

test('the mirror of a host goes before the one of all hosts', () => {
  const env = {
    BP_DEPENDENCY_MIRROR: 'https://all.example',
    BP_DEPENDENCY_MIRROR_DIST_MY__TOOL_EXAMPLE: 'https://one.example',
    BP_DEPENDENCY_MIRROR_MY__TOOL_EXAMPLE: 'https://parent.example',
  };
  expect(parseMirrors(env).find(UPSTREAM)).toEqual({
    url: 'https://one.example/dist/v1/tool.tar.xz',
    setting: 'BP_DEPENDENCY_MIRROR_DIST_MY__TOOL_EXAMPLE',
  });
  expect(find(env, 'https://other.example/x')).toBe('https://all.example/x');
});

test('the query of an address stays', () => {
  expect(find({ BP_DEPENDENCY_MIRROR: 'https://all.example' }, `${UPSTREAM}?a=b`)).toMatch(/xz\?a=b$/);
});

test('files that a buildpack brought along, and packages of registries, have no mirror', () => {
  const mirrors = parseMirrors({ BP_DEPENDENCY_MIRROR: 'https://all.example' });
  expect(mirrors.find('file:///cnb/buildpacks/tool/dependencies/tool.tar.xz')).toBeUndefined();
  expect(mirrors.find('pkg:npm/tool@1.0.0')).toBeUndefined();
});

test('without a setting, or with an empty one, nothing is mirrored', () => {
  expect(find({})).toBeUndefined();
  expect(find({ BP_DEPENDENCY_MIRROR: ' ' })).toBeUndefined();
});

test.each([
  'mirror.example/files',
  'ftp://mirror.example',
  'mirror=,skip-path=/x',
  'https://mirror.example,skip=/x',
  'https://mirror.example,https://other.example',
])('%s is a fault that names the variable', (value) => {
  expect(() => find({ BP_DEPENDENCY_MIRROR_A: value })).toThrow(
    expect.objectContaining({
      code: 'DEPENDENCY_MIRROR_INVALID',
      problem: expect.stringContaining('MIRROR_A does not'),
    }),
  );
});

test('the password of a mirror is hidden from then on, also outside of its address', () => {
  parseMirrors({ BP_DEPENDENCY_MIRROR: 'https://user:pa%20ss-of-mirror@mirror.example' });
  expect(redact('pa ss-of-mirror, pa%20ss-of-mirror')).toBe('***, ***');
});
