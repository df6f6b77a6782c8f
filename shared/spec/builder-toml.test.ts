import { expect, test } from 'vitest';
import { parseBuilderToml } from './builder-toml.ts';

const ORDER = '[[order]]\n[[order.group]]\nid = "a"\n';

test('reads every key', () => {
  const text = `
description = "Ours"
[[buildpacks]]
id = "a"
version = "1"
uri = "../a"
[[buildpacks]]
image = "registry.example/b:1"
[[extensions]]
uri = "e"
[[order]]
[[order.group]]
id = "a"
version = "1"
optional = true
[[order-extensions]]
[[order-extensions.group]]
id = "e"
[build]
image = "dema/build-base"
[[build.env]]
name = "A"
value = "1"
[[build.env]]
name = "PATH"
value = "/x"
suffix = "prepend"
delim = ":"
exec-env = ["test"]
[run]
[[run.images]]
image = "dema/run-base:trixie"
mirrors = ["m"]
[stack]
id = "s"
build-image = "b"
run-image = "r"
run-image-mirrors = ["m"]
[lifecycle]
version = "0.21.14"
[[targets]]
os = "linux"
arch = "amd64"
[[targets.distros]]
name = "debian"
version = "13"
[[system.pre.buildpacks]]
id = "ca"
[[system.post.buildpacks]]
id = "labels"
version = "2"
optional = true
`;
  expect(parseBuilderToml(text, 'builder.toml')).toEqual({
    description: 'Ours',
    buildpacks: [{ id: 'a', version: '1', uri: '../a' }, { image: 'registry.example/b:1' }],
    extensions: [{ uri: 'e' }],
    order: [[{ id: 'a', version: '1', optional: true }]],
    orderExtensions: [[{ id: 'e', optional: false }]],
    build: {
      image: 'dema/build-base',
      env: [
        { name: 'A', value: '1', execEnv: [] },
        { name: 'PATH', value: '/x', suffix: 'prepend', delim: ':', execEnv: ['test'] },
      ],
    },
    run: { images: [{ image: 'dema/run-base:trixie', mirrors: ['m'] }] },
    stack: { id: 's', buildImage: 'b', runImage: 'r', runImageMirrors: ['m'] },
    lifecycle: { version: '0.21.14' },
    targets: [{ os: 'linux', arch: 'amd64', distros: [{ name: 'debian', version: '13' }] }],
    system: {
      pre: [{ id: 'ca', optional: false }],
      post: [{ id: 'labels', version: '2', optional: true }],
    },
  });
});

test('needs an order only', () => {
  expect(parseBuilderToml(ORDER, 'builder.toml')).toMatchObject({
    order: [[{ id: 'a', optional: false }]],
    buildpacks: [],
    run: { images: [] },
    system: { pre: [], post: [] },
  });
});

test.each([
  ['', 'builder.toml: `order` is missing'],
  [`descripton = "x"\n${ORDER}`, 'builder.toml:1: `descripton` is not a key of a builder'],
  [`${ORDER}homepage = "x"`, 'builder.toml:4: `order[0].group[0].homepage` is not a key of a builder'],
  [`${ORDER}[build]\nimge = "x"`, 'builder.toml:5: `build.imge` is not a key of a builder'],
  [
    `${ORDER}[[targets]]\n[[targets.distros]]\nid = "x"`,
    'builder.toml:6: `targets[0].distros[0].id` is not a key of a builder',
  ],
  [`${ORDER}[[buildpacks]]\nid = "a"`, 'builder.toml:4: `buildpacks[0]` has neither `uri` nor `image`'],
  [`${ORDER}[[buildpacks]]\nuri = "a"\nimage = "b"`, 'builder.toml:4: `buildpacks[0]` has both `uri` and `image`'],
  [`${ORDER}[[build.env]]\nname = "../A"\nvalue = "x"`, 'builder.toml:5: `build.env[0].name` is "../A"'],
  [
    `${ORDER}[[build.env]]\nname = "A"\nvalue = "x"\nsuffix = "apend"`,
    'builder.toml:7: `build.env[0].suffix` is "apend"',
  ],
  [
    `${ORDER}[[build.env]]\nname = "A"\nvalue = "x"\nsuffix = "append"`,
    'builder.toml:4: `build.env[0].delim` is missing',
  ],
  [`${ORDER}[lifecycle]\nuri = "a"\nversion = "b"`, 'builder.toml:4: `lifecycle` has both `uri` and `version`'],
  [`${ORDER}[run]\nimages = "x"`, 'builder.toml:5: `run.images` must be an array of tables'],
  [`${ORDER}[system]\npre = 1`, 'builder.toml:5: `system.pre` must be a table, but is 1'],
])('%j is refused: %s', (text, problem) => {
  expect(() => parseBuilderToml(text, 'builder.toml')).toThrow(problem);
});
