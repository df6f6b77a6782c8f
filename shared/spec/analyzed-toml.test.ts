import { expect, test } from 'vitest';
import { renderAnalyzedToml } from './analyzed-toml.ts';

const LABEL = JSON.parse(`{"app":[{"sha":"sha256:aa"}],"sbom":{"sha":"sha256:bb"},"buildpacks":[
  {"key":"dema/nodejs","version":"0.1.0","layers":{
    "z":{"sha":"sha256:c1","data":null,"build":false,"launch":true,"cache":false},
    "node":{"sha":"sha256:cc","data":{"n":5,"f":1.5,"s":"x","big":1234567,"deep":{"b":[1,2],"a":true}},"build":true,"launch":true,"cache":true}},
   "store":{"metadata":{"k":"v","n":1}}},
  {"key":"b","version":"2","layers":{}}],
  "config":{"sha":"sha256:dd"},"launcher":{"sha":"sha256:ee"},"process-types":{"sha":"sha256:ff"},
  "runImage":{"topLayer":"sha256:11","reference":"run@sha256:22","image":"dema/run","mirrors":["m"]},
  "stack":{"runImage":{"image":"dema/run","mirrors":["m"]}}}`);

test('stands as the lifecycle writes it', () => {
  const text = renderAnalyzedToml({
    image: 'prev@sha256:33',
    buildImage: 'build@sha256:44',
    metadata: LABEL,
    runImage: {
      reference: 'run@sha256:22',
      image: 'dema/run',
      extend: true,
      target: {
        id: 'io.dema',
        os: 'linux',
        arch: 'amd64',
        archVariant: 'v1',
        distro: { name: 'debian', version: '13' },
      },
    },
  });
  expect(text).toBe(`[image]
  reference = "prev@sha256:33"

[build-image]
  reference = "build@sha256:44"

[metadata]

  [[metadata.app]]
    sha = "sha256:aa"
  [metadata.sbom]
    sha = "sha256:bb"

  [[metadata.buildpacks]]
    key = "dema/nodejs"
    version = "0.1.0"
    [metadata.buildpacks.layers]
      [metadata.buildpacks.layers.node]
        sha = "sha256:cc"
        build = true
        launch = true
        cache = true
        [metadata.buildpacks.layers.node.metadata]
          big = 1.234567e+06
          f = 1.5
          n = 5.0
          s = "x"
          [metadata.buildpacks.layers.node.metadata.deep]
            a = true
            b = [1.0, 2.0]
      [metadata.buildpacks.layers.z]
        sha = "sha256:c1"
        build = false
        launch = true
        cache = false
    [metadata.buildpacks.store]
      [metadata.buildpacks.store.metadata]
        k = "v"
        n = 1.0

  [[metadata.buildpacks]]
    key = "b"
    version = "2"
    [metadata.buildpacks.layers]
  [metadata.config]
    sha = "sha256:dd"
  [metadata.launcher]
    sha = "sha256:ee"
  [metadata.process-types]
    sha = "sha256:ff"
  [metadata.run-image]
    top-layer = "sha256:11"
    reference = "run@sha256:22"
    image = "dema/run"
    mirrors = ["m"]
  [metadata.stack]
    [metadata.stack.run-image]
      image = "dema/run"
      mirrors = ["m"]

[run-image]
  reference = "run@sha256:22"
  image = "dema/run"
  extend = true
  [run-image.target]
    id = "io.dema"
    os = "linux"
    arch = "amd64"
    arch-variant = "v1"
    [run-image.target.distro]
      name = "debian"
      version = "13"
`);
});

test('without a previous image', () => {
  const text = renderAnalyzedToml({ runImage: { reference: 'r', target: { os: 'linux', arch: 'arm64' } } });
  expect(text).toBe(`[metadata]
  [metadata.config]
    sha = ""
  [metadata.launcher]
    sha = ""
  [metadata.process-types]
    sha = ""
  [metadata.run-image]
    top-layer = ""
    reference = ""

[run-image]
  reference = "r"
  [run-image.target]
    os = "linux"
    arch = "arm64"
`);
});
