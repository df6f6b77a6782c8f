import { isFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { inferTargets, parseBuildpackToml } from './buildpack-toml.ts';

const HEAD = 'api = "0.10"\n[buildpack]\nid = "example/rust"\nversion = "1.0.0"\n';

test('reads every key', () => {
  const text = `api = "0.11"
[buildpack]
id = "example/rust"
version = "1.2.3"
name = "Rust"
homepage = "https://rust.example"
description = "Builds crates"
keywords = ["rust"]
clear-env = true
sbom-formats = ["application/vnd.cyclonedx+json"]
exec-env = ["production"]
[[buildpack.licenses]]
type = "MIT"
uri = "https://licence.example"
[[targets]]
os = "linux"
arch = "arm64"
variant = "v8"
[[targets.distros]]
name = "debian"
version = "13"
[[targets]]
arch-variant = "v7"
[[stacks]]
id = "*"
[metadata]
any = { thing = 1 }
`;
  expect(parseBuildpackToml(text, 'buildpack.toml')).toEqual({
    api: '0.11',
    buildpack: {
      id: 'example/rust',
      version: '1.2.3',
      name: 'Rust',
      homepage: 'https://rust.example',
      description: 'Builds crates',
      keywords: ['rust'],
      licenses: [{ type: 'MIT', uri: 'https://licence.example' }],
      clearEnv: true,
      sbomFormats: ['application/vnd.cyclonedx+json'],
      execEnv: ['production'],
    },
    targets: [
      { os: 'linux', arch: 'arm64', variant: 'v8', distros: [{ name: 'debian', version: '13' }] },
      { os: undefined, arch: undefined, variant: 'v7', distros: [] },
    ],
    stacks: [{ id: '*', mixins: [] }],
    metadata: { any: { thing: 1 } },
  });
});

test('a composite has an order', () => {
  const { order } = parseBuildpackToml(
    `${HEAD}[[order]]\n[[order.group]]\nid = "a"\nversion = "1"\n[[order.group]]\nid = "b"\noptional = true\n[[order]]\n[[order.group]]\nid = "c"\n`,
    'buildpack.toml',
  );
  expect(order).toEqual([
    [
      { id: 'a', version: '1', optional: false },
      { id: 'b', version: undefined, optional: true },
    ],
    [{ id: 'c', version: undefined, optional: false }],
  ]);
});

test.each([
  ['', '`api` is missing'],
  ['api = "0.10"', '`buildpack` is missing'],
  ['api = 0.10', 'buildpack.toml:1: `api` must be a string, but is 0.1'],
  ['api = "0.10"\n[buildpack]\nid = "x"', 'buildpack.toml:2: `buildpack.version` is missing'],
  [HEAD.replace('example/rust', ''), 'buildpack.toml:3: `buildpack.id` must not be empty'],
  [HEAD.replace('example/rust', 'a b'), 'buildpack.toml:3: `buildpack.id` is "a b"'],
  [HEAD.replace('example/rust', '..'), 'buildpack.toml:3: `buildpack.id` is ".."'],
  [HEAD.replace(/version = .*/, 'version = "../1"'), 'buildpack.toml:4: `buildpack.version` is "../1"'],
  [HEAD.replace(/version = .*/, 'version = ".."'), 'buildpack.toml:4: `buildpack.version` is ".."'],
  [HEAD.replace('example/rust', 'SBOM'), 'which the specification keeps for itself'],
  [
    `${HEAD}clear-env = "yes"`,
    'buildpack.toml:5: `buildpack.clear-env` must be true or false, but is the string "yes"',
  ],
  [`${HEAD}keywords = ["a", 1]`, 'buildpack.toml:5: `buildpack.keywords[1]` must be a string, but is 1'],
  [`${HEAD}[targets]\nos = "linux"`, 'buildpack.toml:5: `targets` must be an array of tables, but is a table'],
  [`${HEAD}[[targets]]\n[[targets]]\nos = 5`, 'buildpack.toml:7: `targets[1].os` must be a string, but is 5'],
  [`${HEAD}[[stacks]]\nid = "*"\nmixins = ["a"]`, 'buildpack.toml:7: `stacks[0].mixins` stands beside the id "*"'],
  [`${HEAD}[[order]]`, 'buildpack.toml:5: `order[0]` has no group'],
  [`${HEAD}[[order]]\n[[order.group]]\nversion = "1"`, 'buildpack.toml:6: `order[0].group[0].id` is missing'],
  [`${HEAD}[[targets]]\n[[order]]\n[[order.group]]\nid = "a"`, 'buildpack.toml:5: `targets` stands beside `order`'],
  [`${HEAD}[[stacks]]\nid = "*"\n[[order]]\n[[order.group]]\nid = "a"`, '`stacks` stands beside `order`'],
  [`metadata = 5\n${HEAD}`, 'buildpack.toml:1: `metadata` must be a table, but is 5'],
  [`metadata = 2024-01-01\n${HEAD}`, '`metadata` must be a table, but is a date or time'],
])('%j is refused: %s', (text, problem) => {
  expect(() => parseBuildpackToml(text, 'buildpack.toml')).toThrow(problem);
});

test('an unsupported Buildpack API is told before anything else', () => {
  try {
    parseBuildpackToml('api = "0.99"\n[buildpack]\n', 'buildpack.toml');
    expect.unreachable();
  } catch (error) {
    expect(isFault(error, 'SPEC_BUILDPACK_API_UNSUPPORTED')).toBe(true);
  }
});

test.each([
  ['0.10', [], ['*'], true, [{ distros: [] }]],
  ['0.10', [], ['io.buildpacks.stacks.bionic', 'other'], true, ['bionic']],
  ['0.9', [], ['io.buildpacks.stacks.bionic', 'other'], true, ['linux']],
  ['0.9', [], ['io.buildpacks.stacks.bionic'], false, ['bionic']],
  ['0.10', [], [], true, ['linux']],
  ['0.10', [], ['other'], false, []],
  ['0.10', [{ os: 'linux', arch: 'arm64', distros: [] }], ['*'], true, [{ os: 'linux', arch: 'arm64', distros: [] }]],
])('targets for API %s, targets %j, stacks %j, bin/build %s', (api, targets, stackIds, hasBuild, expected) => {
  const known: Record<string, object> = {
    bionic: { os: 'linux', arch: 'amd64', distros: [{ name: 'ubuntu', version: '18.04' }] },
    linux: { os: 'linux', distros: [] },
  };
  const stacks = stackIds.map((id) => ({ id, mixins: [] }));
  expect(inferTargets({ api, targets, stacks }, hasBuild)).toEqual(
    expected.map((target) => (typeof target === 'string' ? known[target] : target)),
  );
});
