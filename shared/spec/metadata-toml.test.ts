import { expect, test } from 'vitest';
import { parseMetadataToml, renderMetadataToml } from './metadata-toml.ts';

const BUILDPACKS = [
  { id: 'dema/nodejs', version: '0.1.0', api: '0.10', homepage: 'https://a.example' },
  { id: 'other/bp', version: '1', api: '0.8' },
];

test('stands as the lifecycle writes it', () => {
  const metadata = {
    buildpacks: BUILDPACKS,
    extensions: [],
    labels: [{ key: 'k', value: 'v "q"' }],
    processes: [
      {
        type: 'web',
        command: ['node', 'a<b>&"c"'],
        args: ['x', 'y<'],
        default: false,
        direct: true,
        buildpackId: 'dema/nodejs',
        workingDir: '/workspace/a',
        execEnv: ['production'],
      },
      { type: 'worker', command: ['bash'], args: [], default: false, direct: false, buildpackId: 'other/bp' },
      { type: 'z', command: ['z\u2028é'], default: false, direct: true, buildpackId: 'other/bp' },
    ],
    slices: [{ paths: ['a/*', 'b'] }, { paths: [] }],
    buildpackDefaultProcessType: 'web',
  };
  const text = renderMetadataToml(metadata);
  expect(text).toBe(String.raw`buildpack-default-process-type = "web"

[[buildpacks]]
  id = "dema/nodejs"
  version = "0.1.0"
  api = "0.10"
  homepage = "https://a.example"

[[buildpacks]]
  id = "other/bp"
  version = "1"
  api = "0.8"

[[labels]]
  key = "k"
  value = "v \"q\""

[[processes]]
  type = "web"
  command = ["node", "a\u003cb\u003e\u0026\"c\""]
  args = ["x", "y<"]
  direct = true
  buildpack-id = "dema/nodejs"
  working-dir = "/workspace/a"
  exec-env = ["production"]

[[processes]]
  type = "worker"
  command = ["bash"]
  args = []
  direct = false
  buildpack-id = "other/bp"

[[processes]]
  type = "z"
  command = ["z\u2028é"]
  direct = true
  buildpack-id = "other/bp"

[[slices]]
  paths = ["a/*", "b"]

[[slices]]
  paths = []
`);
  expect(parseMetadataToml(text, 'metadata.toml')).toEqual(metadata);
});

test('without processes and labels', () => {
  const metadata = {
    buildpacks: BUILDPACKS.slice(1),
    extensions: [{ id: 'e', version: '1', api: '0.10' }],
    labels: [],
    processes: [],
    slices: [],
  };
  const text = renderMetadataToml(metadata);
  expect(text).toBe(`processes = []

[[buildpacks]]
  id = "other/bp"
  version = "1"
  api = "0.8"

[[extensions]]
  id = "e"
  version = "1"
  api = "0.10"
`);
  expect(parseMetadataToml(text, 'metadata.toml')).toEqual(metadata);
});

test('reads the command of an older platform', () => {
  const text = '[[processes]]\ntype = "web"\ncommand = "npm start"\ndirect = false\nbuildpack-id = "a"\n';
  expect(parseMetadataToml(text, 'metadata.toml').processes[0]?.command).toEqual(['npm start']);
});
