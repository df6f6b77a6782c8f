import { expect, test } from 'vitest';
import { parseBuildpackToml } from './buildpack-toml.ts';
import { listConfigurations } from './configurations.ts';

test('the settings of a buildpack.toml, as Paketo writes them', () => {
  const toml = `
api = "0.10"
[buildpack]
id = "example/jvm"
version = "1.0.0"
[[metadata.configurations]]
name = "BP_JVM_VERSION"
description = "the Java version"
default = "21"
build = true
[[metadata.configurations]]
name = "BPL_JVM_HEAD_ROOM"
launch = true
formerly = ["BPL_JVM_HEADROOM"]
[[metadata.configurations]]
description = "has no name"
`;
  expect(listConfigurations(parseBuildpackToml(toml, 'buildpack.toml').metadata)).toEqual([
    {
      name: 'BP_JVM_VERSION',
      description: 'the Java version',
      default: '21',
      build: true,
      launch: false,
      choices: [],
      formerly: [],
    },
    { name: 'BPL_JVM_HEAD_ROOM', build: false, launch: true, choices: [], formerly: ['BPL_JVM_HEADROOM'] },
  ]);
});

test.each([{}, { configurations: 'none' }, { configurations: [null, 1, { name: 2 }] }])('none in %j', (metadata) => {
  expect(listConfigurations(metadata)).toEqual([]);
});
