import { expect, test } from 'vitest';
import type { Architecture, Dependency } from './dependency.ts';
import { parseLock, renderLock, updateLock } from './lock-file.ts';

function dependency(id: string, version: string, architecture?: Architecture): Dependency {
  const sources = [{ uri: `pkg:npm/${id}@${version}`, checksum: `sha256:${'a'.repeat(64)}` as const }];
  const common = { id, name: id, version, sources, purl: `pkg:generic/${id}@${version}` };
  return architecture ? { ...common, architecture } : common;
}

const NODE = dependency('node', '26.1.0', 'amd64');
const NPM = dependency('npm', '11.0.0');

test('the same dependencies give the same bytes, in whatever order they were resolved', () => {
  const text = renderLock({ 'b/b': [NPM, NODE], 'a/a': [NPM], 'c/c': [] });
  expect(renderLock({ 'a/a': [NPM], 'b/b': [NODE, NPM] })).toBe(text);
  expect(Object.keys(JSON.parse(text).buildpacks)).toEqual(['a/a', 'b/b']);
  expect(parseLock(text, 'x')).toEqual({ 'a/a': [NPM], 'b/b': [NODE, NPM] });
});

test('each Debian package stands on a line', () => {
  const pkg = { name: 'a', version: '1', architecture: 'all', filename: 'pool/main/a/a/a.deb', size: 1 };
  const packages = [{ ...pkg, sha256: 'b'.repeat(64) }];
  const sources = [{ uri: 'pkg:deb/debian/a@1', checksum: `sha256:${'b'.repeat(64)}` as const, packages }];
  expect(renderLock({ 'a/a': [{ ...NODE, sources }] })).toMatch(/\n +\{ "name": "a", .* \}\n/);
});

test('an update leaves other architectures alone, and forgets what is not used any more', () => {
  const arm = dependency('node', '26.0.0', 'arm64');
  const before = { 'a/a': [arm, dependency('node', '24.0.0', 'amd64'), dependency('old', '1.0.0')], 'gone/x': [NPM] };
  expect(updateLock(before, { 'a/a': [NODE, NPM] }, 'amd64')).toEqual({ 'a/a': [arm, NODE, NPM], 'gone/x': [] });
});

test.each([
  ['{', 'JSON'],
  ['[]', 'it is not a JSON object'],
  ['{}', 'its lockVersion is undefined, and 1 is what is known here'],
  ['{"lockVersion": 2}', 'its lockVersion is 2'],
  [`{"lockVersion": ${'['.repeat(5000)}${']'.repeat(5000)}}`, 'its lockVersion is no number'],
  ['{"lockVersion": 1}', 'it has no object "buildpacks"'],
  ['{"lockVersion": 1, "buildpacks": {"a/a": [{}]}}', 'what it says of a/a is wrong'],
])('%.40s is no lock', (text, problem) => {
  expect(() => parseLock(text, 'dema.lock.json')).toThrow(problem);
});
