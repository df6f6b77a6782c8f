import { expect, test } from 'vitest';
import { parsePackageToml } from './package-toml.ts';

test('a package of what is here, without a word', () => {
  const nothing = { kind: 'buildpack', uri: '.', dependencies: [], os: 'linux', targets: [] };
  expect(parsePackageToml('', 'package.toml')).toEqual(nothing);
});

test('reads everything', () => {
  const text = `[buildpack]
uri = "./all"
[[dependencies]]
uri = "../node"
[[dependencies]]
image = "example/npm:1"
[platform]
os = "linux"
[[targets]]
os = "linux"
arch = "arm64"
variant = "v8"
[[targets.distros]]
name = "debian"
`;
  expect(parsePackageToml(text, 'package.toml')).toEqual({
    kind: 'buildpack',
    uri: './all',
    dependencies: [{ uri: '../node' }, { uri: 'docker://example/npm:1' }],
    os: 'linux',
    targets: [{ os: 'linux', arch: 'arm64', variant: 'v8', distros: [{ name: 'debian', version: undefined }] }],
  });
  expect(parsePackageToml('[extension]\nuri = "x"', 'package.toml')).toMatchObject({ kind: 'extension', uri: 'x' });
});

test.each([
  ['[buildpack]\nurl = "."', 'package.toml:2: `buildpack.url` is not a key of a package'],
  ['dependency = []', 'package.toml:1: `dependency` is not a key of a package'],
  ['[[dependencies]]\nuri = "a"\n[[dependencies]]', 'package.toml:3: `dependencies[1]` has neither `uri` nor `image`'],
  ['[[dependencies]]\nuri = "a"\nimage = "b"', 'package.toml:1: `dependencies[0]` has both'],
  ['[platform]\nos = "plan9"', 'package.toml:2: `platform.os` is "plan9"'],
  ['[buildpack]\n[extension]', 'package.toml:2: `extension` stands beside `buildpack`'],
])('%j is refused: %s', (text, problem) => {
  expect(() => parsePackageToml(text, 'package.toml')).toThrow(problem);
});
