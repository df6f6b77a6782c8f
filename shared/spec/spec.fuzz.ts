import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fuzz } from '@dema/testkit';
import { apiAtLeast, supportsApi } from './api.ts';
import { parseBaseToml } from './base-toml.ts';
import { openBindings } from './bindings.ts';
import { parseBuildPlan, renderBuildPlan } from './build-plan.ts';
import { parseBuildToml } from './build-toml.ts';
import { parseBuilderLabels, renderBuilderLabels } from './builder-label.ts';
import { parseBuilderToml } from './builder-toml.ts';
import { parseBuildpackPlan, renderBuildpackPlan } from './buildpack-plan.ts';
import { inferTargets, parseBuildpackToml } from './buildpack-toml.ts';
import { applyEnvFiles } from './env.ts';
import { parseExtensionToml } from './extension-toml.ts';
import { parseGroupToml } from './group-toml.ts';
import { parseLaunchToml, renderLaunchToml } from './launch-toml.ts';
import { parseLayerToml, renderRestoredLayerToml } from './layer-toml.ts';
import { parseMetadataToml } from './metadata-toml.ts';
import { parseOrderToml } from './order-toml.ts';
import { parsePackageToml } from './package-toml.ts';
import { parseAnalyzedToml } from './parse-analyzed-toml.ts';
import { parseToml } from './parse-toml.ts';
import { parsePlanToml } from './plan-toml.ts';
import { parseProjectMetadataToml } from './project-metadata-toml.ts';
import { parseProjectToml } from './project-toml.ts';
import { renderJson } from './render-json.ts';
import { renderToml } from './render-toml.ts';
import { parseReportToml } from './report-toml.ts';
import { parseRunToml, parseStackToml } from './run-toml.ts';
import { parseStoreToml, renderRestoredStoreToml } from './store-toml.ts';
import { parseSystemToml } from './system-toml.ts';
import { parseVcapServices } from './vcap-services.ts';

const ROOT = join(import.meta.dirname, '../..');
const TOKENS = [
  '[[',
  ']]',
  '"""',
  "'''",
  ' = ',
  '.',
  '1979-05-27T07:32:00Z',
  '0x',
  '\\u0000',
  '\\ud800',
  '\\U00110000',
  '#',
];

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Documents of the comparison with the lifecycle. */
function readCases(): string[] {
  const cases = JSON.parse(read('test/interop/cases/toml.json')) as Record<string, { given: string[] }>;
  return Object.values(cases).flatMap(({ given }) => {
    const text = given.join('\n');
    try {
      parseToml(text, 'case');
      return [text];
    } catch {
      return [];
    }
  });
}

function fuzzToml(name: string, seeds: string[], run: (text: string, input: Buffer) => unknown, inputs?: number): void {
  fuzz(name, { format: 'toml', seeds, tokens: TOKENS, inputs, run: (input) => run(input.toString(), input) });
}

const PLAN = `[[provides]]
name = "node"
[[requires]]
name = "node"
[requires.metadata]
version = ">=20"
launch = true
[[or]]
[[or.provides]]
name = "npm"
`;

const LAUNCH = `[[labels]]
key = "a"
value = "b"
[[processes]]
type = "web"
command = ["node", "server.js"]
args = ["--port", "8080"]
default = true
working-dir = "/workspace"
exec-env = ["production"]
[[slices]]
paths = ["public/**", "[a-c]*.js"]
[[bom]]
name = "node"
[bom.metadata]
version = "24"
`;

const GROUP = `[[group]]
id = "dema/nodejs"
version = "0.1.0"
api = "0.10"
homepage = "https://example.org"
`;

const METADATA = `[[buildpacks]]
id = "dema/nodejs"
version = "0.1.0"
api = "0.10"
[[processes]]
type = "web"
command = ["node"]
args = ["server.js"]
direct = true
buildpack-id = "dema/nodejs"
`;

const PROJECT = `[_]
schema-version = "0.2"
name = "app"
[io.buildpacks]
builder = "base"
exclude = ["*.log", "/node_modules/"]
[[io.buildpacks.group]]
uri = "./buildpack"
[[io.buildpacks.pre.group]]
id = "dema/procfile"
[io.buildpacks.pre.group.script]
api = "0.10"
inline = "true"
[[io.buildpacks.build.env]]
name = "BP_NODE_VERSION"
value = "24"
`;

const STORE = '[metadata]\nkey = "value"\n[metadata.deep]\nlist = [1, 2]\nwhen = 1979-05-27T07:32:00Z\nfloat = 2.5\n';

fuzzToml('TOML', readCases(), (text) => renderToml(parseToml(text, 'any.toml')), 3000);
fuzzToml('build plan', [PLAN], (text) => renderBuildPlan(parseBuildPlan(text, 'plan.toml')));
fuzzToml('buildpack plan', ['[[entries]]\nname = "node"\n[entries.metadata]\nversion = "24"\n'], (text) =>
  renderBuildpackPlan(parseBuildpackPlan(text, 'plan.toml')),
);
fuzzToml('settled plan', [`[[entries]]\n[[entries.providers]]\nid = "a"\nversion = "1"\n${PLAN.slice(26)}`], (text) =>
  parsePlanToml(text, 'plan.toml'),
);
fuzzToml('build.toml', ['[[unmet]]\nname = "node"\n'], (text) => parseBuildToml(text, 'build.toml'));
fuzzToml('base.toml', [read('builders/tiny/base.toml'), '[user]\nrun = 5\n[[users]]\nname = "a"\nuid = 6\n'], (text) =>
  parseBaseToml(text, 'base.toml'),
);
fuzzToml('builder.toml', [read('builders/base/builder.toml')], (text) => parseBuilderToml(text, 'builder.toml'));
fuzzToml(
  'buildpack.toml',
  [read('buildpacks/nodejs/buildpack.toml'), read('test/buildpacks/shell/buildpack.toml')],
  (text) => inferTargets(parseBuildpackToml(text, 'buildpack.toml'), true),
);
fuzzToml('group.toml', [GROUP], (text) => parseGroupToml(text, 'group.toml'));
fuzzToml('launch.toml', [LAUNCH], (text, input) => {
  const api = input.length % 2 ? '0.10' : '0.8';
  return renderLaunchToml(parseLaunchToml(text, 'launch.toml', api), api);
});
fuzzToml('layer.toml', [`[types]\nlaunch = true\ncache = true\n${STORE}`], (text) =>
  renderRestoredLayerToml(parseLayerToml(text, 'layer.toml').metadata),
);
fuzzToml('metadata.toml', [METADATA], (text) => parseMetadataToml(text, 'metadata.toml'));
fuzzToml(
  'project.toml',
  [PROJECT, PROJECT.replace('0.2', '0.1')],
  (text) => parseProjectToml(text, 'project.toml'),
  2000,
);
fuzzToml('store.toml', [STORE], (text) => {
  const { metadata } = parseStoreToml(text, 'store.toml');
  return [renderRestoredStoreToml({ metadata }), renderJson(metadata)];
});

fuzz('API versions', {
  seeds: ['0.10', 'v1', '0.15'],
  inputs: 600,
  run: (input) => supportsApi('buildpack', input.toString()) && apiAtLeast(input.toString(), '0.9'),
});

fuzz('variables of a layer', {
  seeds: ['PATH.prepend\0/bin\0PATH.delim\0:\0NAME\0value\0A.append\0b\0B.default\0c\0'],
  run(input) {
    const words = input.toString().split('\0');
    return applyEnvFiles(
      { PATH: '/usr/bin' },
      words.map((name, index) => ({ name, value: words[index + 1] ?? '' })),
    );
  },
});

const VCAP = JSON.stringify({
  'elephant sql': [{ name: 'db', label: 'PostgreSQL', tags: ['sql'], credentials: { uri: 'postgres://x', port: 1 } }],
  'user-provided': [{ name: 'own', label: 'user-provided', tags: ['ca-certificates'], credentials: { pem: 'PEM' } }],
});

fuzz('VCAP_SERVICES', {
  format: 'json',
  seeds: [VCAP],
  run(input) {
    for (const { keys, value, file } of parseVcapServices(input.toString(), 'VCAP_SERVICES'))
      keys.map((key) => [value(key), file(key)]);
  },
});

/** A folder of bindings out of words: `db/type`, `PostgreSQL`, `db/password`, ... */
fuzz('folder of bindings', {
  seeds: ['db/type\0PostgreSQL\n\0db/password\0secret=one\n\0metadata/kind\0a\0secret/b\0c\0..data/x\0y'],
  tokens: ['\0', '/', '..', 'metadata/', 'type', '.'],
  run(input) {
    const words = input.toString('latin1').split('\0').slice(0, 200);
    const contents = new Map(
      words.flatMap((name, index) => (index % 2 ? [] : [[`/b/${name}`, words[index + 1] ?? '']])),
    );
    const paths = [...contents.keys()];
    const list = (folder: string) => [
      ...new Set(
        paths.flatMap((path) =>
          path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1).split('/')[0] ?? ''] : [],
        ),
      ),
    ];
    const isFolder = (path: string) => paths.some((one) => one.startsWith(`${path}/`));
    const files = { list, isFolder, read: (path: string) => contents.get(path) ?? '' };
    for (const type of ['PostgreSQL', 'a'])
      openBindings({ env: { SERVICE_BINDING_ROOT: '/b' }, files })
        .find(type)
        ?.keys.map(String);
  },
});

const ANALYZED = `[image]
reference = "a"
[metadata]
app = [{ sha = "sha256:a" }]
[run-image]
reference = "b"
extend = true
[run-image.target]
os = "linux"
arch = "amd64"
`;

fuzzToml('analyzed.toml', [ANALYZED], (text) => parseAnalyzedToml(text, 'analyzed.toml'));
fuzzToml(
  'package.toml',
  ['[buildpack]\nuri = "."\n[[dependencies]]\nimage = "a"\n[[targets]]\nos = "linux"\n'],
  (text) => parsePackageToml(text, 'package.toml'),
);
fuzzToml(
  'project-metadata.toml',
  ['[source]\ntype = "git"\n[source.version]\ncommit = "a"\n[source.metadata]\nb = ["c"]\n'],
  (text) => parseProjectMetadataToml(text, 'project-metadata.toml'),
);
fuzzToml('order.toml', ['[[order]]\n[[order.group]]\nid = "a/b"\nversion = "1"\noptional = true\n'], (text) =>
  parseOrderToml(text, 'order.toml'),
);
fuzzToml(
  'run.toml',
  ['[[images]]\nimage = "a"\nmirrors = ["b"]\n[run-image]\nimage = "c"\nmirrors = ["d"]\n'],
  (text) => [parseRunToml(text, 'run.toml'), parseStackToml(text, 'stack.toml')],
);
fuzzToml(
  'extension.toml',
  ['api = "0.10"\n[extension]\nid = "a/b"\nversion = "1"\nname = "c"\n[[targets]]\nos = "linux"\n'],
  (text) => parseExtensionToml(text, 'extension.toml'),
);
fuzzToml('report.toml', ['[image]\ntags = ["a"]\ndigest = "sha256:a"\nmanifest-size = 1\n'], (text) =>
  parseReportToml(text, 'report.toml'),
);
fuzzToml(
  'system.toml',
  ['[[system.pre.buildpacks]]\nid = "a"\nversion = "1"\n[[system.post.buildpacks]]\nid = "b"\n'],
  (text) => parseSystemToml(text, 'system.toml'),
);
fuzz('labels of a builder', {
  format: 'json',
  seeds: [
    '{"description":"d","buildpacks":[{"id":"a/b","version":"1","licenses":[{"Type":"MIT","URI":""}]}],"extensions":null,"stack":{"runImage":{"image":"r","mirrors":null}},"lifecycle":{"version":"0.21.14","api":{"buildpack":"0.7","platform":"0.7"},"apis":{"buildpack":{"deprecated":[],"supported":["0.7"]},"platform":{"deprecated":[],"supported":["0.7"]}}},"createdBy":{"name":"n","version":"v"},"images":[{"image":"r","mirrors":["m"]}]}',
    '{"a/b":{"1":{"api":"0.10","stacks":[{"id":"*"}],"targets":[{"os":"linux","arch":"amd64"}],"order":[{"group":[{"id":"c","version":"2"}]}],"layerDiffID":"sha256:0","homepage":"h","name":"n"}}}',
    '[{"group":[{"id":"a/b","version":"1","optional":true}]}]',
    '{"pre":{"buildpacks":[{"id":"a","version":"1"}]},"post":{}}',
  ],
  run(input) {
    const names = ['builder.metadata', 'buildpack.layers', 'buildpack.order', 'buildpack.system', 'stack.mixins'];
    const labels = Object.fromEntries(names.map((name) => [`io.buildpacks.${name}`, input.toString()]));
    for (const [label, text] of Object.entries(labels)) {
      renderBuilderLabels(parseBuilderLabels({ labels: { [label]: text }, image: 'i' }));
    }
  },
});
