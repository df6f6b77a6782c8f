import { isFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { parseProjectToml } from './project-toml.ts';

const NEW = `
[_]
schema-version = "0.2"
name = "shop"

[io.buildpacks]
builder = "base"
exclude = ["*.md", "/docs"]

[[io.buildpacks.group]]
id = "dema/nodejs"
version = "0.1.0"

[[io.buildpacks.group]]
uri = "./buildpacks/own"

[[io.buildpacks.pre.group]]
id = "me/before"
[io.buildpacks.pre.group.script]
api = "0.10"
inline = "echo before"

[[io.buildpacks.post.group]]
id = "me/after"
[io.buildpacks.post.group.script]
api = "0.10"
shell = "/bin/bash"
inline = "echo after"

[[io.buildpacks.build.env]]
name = "BP_NODE_VERSION"
value = "22"
`;

test('reads schema 0.2', () => {
  expect(parseProjectToml(NEW, 'project.toml')).toEqual({
    builder: 'base',
    exclude: ['*.md', '/docs'],
    group: [{ id: 'dema/nodejs', version: '0.1.0' }, { uri: './buildpacks/own' }],
    pre: [{ id: 'me/before', script: { api: '0.10', inline: 'echo before', shell: '/bin/sh' } }],
    post: [{ id: 'me/after', script: { api: '0.10', inline: 'echo after', shell: '/bin/bash' } }],
    env: [{ name: 'BP_NODE_VERSION', value: '22' }],
  });
});

test('reads schema 0.1, which names no version', () => {
  const text = '[build]\ninclude = ["src/"]\n[[build.buildpacks]]\nid = "a/b"\n[[build.env]]\nname = "X"\nvalue = ""\n';
  expect(parseProjectToml(text, 'project.toml')).toEqual({
    include: ['src/'],
    group: [{ id: 'a/b' }],
    pre: [],
    post: [],
    env: [{ name: 'X', value: '' }],
  });
});

test('reads the place that the environment had before', () => {
  const text = '[_]\nschema-version = "0.2"\n[[io.buildpacks.env.build]]\nname = "A"\nvalue = "1"\n';
  expect(parseProjectToml(text, 'project.toml').env).toEqual([{ name: 'A', value: '1' }]);
});

test('is empty for a file about other things', () => {
  expect(parseProjectToml('[project]\nid = "x"\n', 'project.toml')).toEqual({ group: [], pre: [], post: [], env: [] });
});

test.each([
  ['a schema that there is not', '[_]\nschema-version = "9.9"\n', 'project.toml:2'],
  ['include beside exclude', '[build]\ninclude = []\nexclude = []\n', 'project.toml:3'],
  [
    'a buildpack without a name',
    '[_]\nschema-version = "0.2"\n[[io.buildpacks.group]]\nversion = "1"\n',
    'project.toml:3',
  ],
  [
    'a script beside an address',
    '[_]\nschema-version = "0.2"\n[[io.buildpacks.group]]\nuri = "x"\n[io.buildpacks.group.script]\napi = "0.10"\ninline = "x"\n',
    'project.toml:4',
  ],
  ['an unnamed variable', '[build]\n[[build.env]]\nvalue = "x"\n', 'project.toml:2'],
])('refuses %s with its line', (_, text, place) => {
  try {
    parseProjectToml(text, 'project.toml');
  } catch (error) {
    expect(isFault(error, 'SPEC_VALUE_INVALID') && error.problem).toContain(place);
    return;
  }
  throw new Error('nothing was refused');
});
