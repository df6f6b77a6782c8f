import { redact } from '@dema/errors';
import type { Bindings } from '@dema/spec';
import { expect, test } from 'vitest';
import { parseMirrors } from './mirrors.ts';

const UPSTREAM = 'https://dist.my-tool.example/dist/v1/tool.tar.xz';

function bindings(...all: { name: string; type: string; secrets: Record<string, string> }[]): Pick<Bindings, 'all'> {
  return {
    all: (type) =>
      all
        .filter((binding) => binding.type === type)
        .map(({ name, secrets }) => {
          const value = (key: string) => secrets[key];
          return { name, type, keys: Object.keys(secrets).sort(), text: value, value, file: () => undefined };
        }),
  };
}

function find(env: Record<string, string>, url = UPSTREAM) {
  return parseMirrors(env, bindings()).find(url)?.url;
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
  expect(parseMirrors(env, bindings()).find(UPSTREAM)).toEqual({
    url: 'https://one.example/dist/v1/tool.tar.xz',
    setting: 'BP_DEPENDENCY_MIRROR_DIST_MY__TOOL_EXAMPLE',
  });
  expect(find(env, 'https://other.example/x')).toBe('https://all.example/x');
});

test('the query of an address stays', () => {
  expect(find({ BP_DEPENDENCY_MIRROR: 'https://all.example' }, `${UPSTREAM}?a=b`)).toMatch(/xz\?a=b$/);
});

test('files that a buildpack brought along, and packages of registries, have no mirror', () => {
  const mirrors = parseMirrors({ BP_DEPENDENCY_MIRROR: 'https://all.example' }, bindings());
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
  parseMirrors({ BP_DEPENDENCY_MIRROR: 'https://user:pa%20ss-of-mirror@mirror.example' }, bindings());
  expect(redact('pa ss-of-mirror, pa%20ss-of-mirror')).toBe('***, ***');
});

test('a binding names mirrors, and a variable goes before it', () => {
  const binding = {
    name: 'mirrors',
    type: 'dependency-mirror',
    secrets: { default: 'https://all.example', 'dist.my-tool.example': 'mirror=https://one.example,skip-path=/dist' },
  };
  const mirrors = parseMirrors({}, bindings(binding));
  expect(mirrors.find(UPSTREAM)).toEqual({ url: 'https://one.example/v1/tool.tar.xz', setting: 'the binding mirrors' });
  expect(mirrors.find('https://other.example/x')?.url).toBe('https://all.example/x');
  const variables = {
    BP_DEPENDENCY_MIRROR: 'https://variable.example',
    BP_DEPENDENCY_MIRROR_DIST_MY__TOOL_EXAMPLE: 'https://other.example',
  };
  expect(parseMirrors(variables, bindings(binding)).find(UPSTREAM)?.url).toMatch(/^https:\/\/other.example/);
  const { BP_DEPENDENCY_MIRROR } = variables;
  const both = parseMirrors({ BP_DEPENDENCY_MIRROR }, bindings(binding));
  expect(both.find(UPSTREAM)?.url).toMatch(/^https:\/\/one.example/);
  expect(both.find('https://other.example/x')?.url).toBe('https://variable.example/x');
});

const HEX = 'ab'.repeat(32);

test.each([HEX, HEX.toUpperCase(), `sha256:${HEX}`, `sha256_${HEX}`, `SHA256:${HEX}`])(
  'the address of a file by its checksum, %s, goes before mirrors and is for every kind of source',
  (key) => {
    const mapping = { name: 'files', type: 'dependency-mapping', secrets: { [key]: 'https://files.example/tool' } };
    const mirrors = parseMirrors({ BP_DEPENDENCY_MIRROR: 'https://all.example' }, bindings(mapping));
    const expected = { url: 'https://files.example/tool', setting: 'the binding files' };
    expect(mirrors.find(UPSTREAM, `sha256:${HEX}`)).toEqual(expected);
    expect(mirrors.find('pkg:npm/tool@1.0.0', `sha256:${HEX}`)).toEqual(expected);
    expect(mirrors.find('pkg:npm/tool@1.0.0', `sha512:${HEX}${HEX}`)).toBeUndefined();
  },
);

test('a checksum of another length is one of another kind', () => {
  const sha512 = 'ab'.repeat(64);
  const mapping = { name: 'files', type: 'dependency-mapping', secrets: { [sha512]: 'https://files.example/tool' } };
  expect(parseMirrors({}, bindings(mapping)).has(`sha512:${sha512}`)).toBe(true);
});

test.each([
  ['dependency-mapping', { 'node.tgz': 'https://files.example/tool' }],
  ['dependency-mapping', { [`md5:${'ab'.repeat(16)}`]: 'https://files.example/tool' }],
  ['dependency-mapping', { [HEX]: 'files.example/tool' }],
  ['dependency-mirror', { default: 'files.example' }],
])('a %s with %o is a fault that names the binding', (type, secrets) => {
  expect(() => parseMirrors({}, bindings({ name: 'wrong', type, secrets }))).toThrow(
    expect.objectContaining({ code: 'DEPENDENCY_MIRROR_INVALID', problem: expect.stringContaining('binding wrong') }),
  );
});

test.each([
  ['dependency-mapping', HEX],
  ['dependency-mirror', 'default'],
])('two bindings of the type %s may say the same, but not different things', (type, key) => {
  const one = { name: 'one', type, secrets: { [key]: 'https://one.example' } };
  expect(() => parseMirrors({}, bindings(one, { ...one, name: 'two' }))).not.toThrow();
  const other = { name: 'other', type, secrets: { [key]: 'https://other.example' } };
  expect(() => parseMirrors({}, bindings(one, other))).toThrow(
    expect.objectContaining({ code: 'DEPENDENCY_MIRROR_AMBIGUOUS', problem: expect.stringContaining('other') }),
  );
});
