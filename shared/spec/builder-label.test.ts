import { formatFault, isFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { type BuilderLabels, parseBuilderLabels, parseLifecycleLabels, renderBuilderLabels } from './builder-label.ts';

const DIFF_ID = `sha256:${'a'.repeat(64)}`;
const APIS = {
  buildpack: { deprecated: [], supported: ['0.7', '0.12'] },
  platform: { deprecated: ['0.3'], supported: ['0.15'] },
};

/** As pack 0.40.3 wrote them for a builder.toml with all there is. */
const PACK = {
  'io.buildpacks.builder.metadata':
    '{"description":"a \\u003cb\\u003e","buildpacks":[{"id":"acme/hello","name":"Hello","version":"1.2.3","description":"d","homepage":"https://hello.example","keywords":["k"],"licenses":[{"Type":"MIT","URI":""}]},{"id":"acme/all","version":"2.0.0"}],"extensions":[{"id":"acme/ext","name":"Ext","version":"0.1.0"}],"stack":{"runImage":{"image":"","mirrors":null}},"lifecycle":{"version":"0.21.14","api":{"buildpack":"0.7","platform":"0.7"},"apis":{"buildpack":{"deprecated":[],"supported":["0.7","0.12"]},"platform":{"deprecated":["0.3"],"supported":["0.15"]}}},"createdBy":{"name":"Pack CLI","version":"0.0.0"},"images":[{"image":"example/run:1","mirrors":["example/run2:1"]},{"image":"example/run:2","mirrors":null}]}',
  'io.buildpacks.buildpack.layers': `{"acme/all":{"2.0.0":{"api":"0.10","order":[{"group":[{"id":"acme/hello","version":"1.2.3"},{"id":"acme/world","version":"1.2.3","optional":true}]}],"layerDiffID":"${DIFF_ID}"}},"acme/hello":{"1.2.3":{"api":"0.10","stacks":[{"id":"*"}],"targets":[{"os":"linux","arch":"amd64"}],"layerDiffID":"${DIFF_ID}","homepage":"https://hello.example","name":"Hello"}}}`,
  'io.buildpacks.buildpack.order': '[{"group":[{"id":"acme/all"}]},{"group":[{"id":"acme/hello","optional":true}]}]',
  'io.buildpacks.buildpack.order-extensions': '[{"group":[{"id":"acme/ext","version":"0.1.0"}]}]',
  'io.buildpacks.buildpack.system': '{"pre":{"buildpacks":[{"id":"acme/hello","version":"1.2.3"}]},"post":{}}',
  'io.buildpacks.extension.layers': `{"acme/ext":{"0.1.0":{"api":"0.10","layerDiffID":"${DIFF_ID}","name":"Ext"}}}`,
  'io.buildpacks.stack.mixins': 'null',
};

const parse = (labels: Record<string, string>) => parseBuilderLabels({ labels, image: 'example/builder' });

test('what pack wrote is understood, and written again as it was', () => {
  const builder = parse({ ...PACK, 'io.buildpacks.stack.id': 'example' });
  expect(builder).toMatchObject({
    description: 'a <b>',
    stackId: 'example',
    lifecycle: { version: '0.21.14', apis: APIS },
    runImages: [
      { image: 'example/run:1', mirrors: ['example/run2:1'] },
      { image: 'example/run:2', mirrors: [] },
    ],
    system: { pre: [{ id: 'acme/hello', version: '1.2.3', optional: false }], post: [] },
    order: [[{ id: 'acme/all', optional: false }], [{ id: 'acme/hello', optional: true }]],
  });
  expect(builder.stackRunImage).toBeUndefined();
  expect(builder.buildpacks[0]?.licenses).toEqual([{ type: 'MIT', uri: undefined }]);
  expect(builder.buildpackLayers.map(({ id, version }) => `${id}@${version}`)).toEqual([
    'acme/all@2.0.0',
    'acme/hello@1.2.3',
  ]);
  expect(renderBuilderLabels(builder)).toEqual(PACK);
});

const NOTHING: BuilderLabels = {
  description: '',
  buildpacks: [],
  extensions: [],
  buildpackLayers: [],
  extensionLayers: [],
  order: [],
  orderExtensions: [],
  system: { pre: [], post: [] },
  runImages: [],
  mixins: [],
  createdBy: { name: '', version: '' },
};

test.each([
  ['absent', {}],
  ['null', Object.fromEntries(Object.keys(PACK).map((label) => [label, 'null']))],
  ['empty', Object.fromEntries(Object.keys(PACK).map((label) => [label, label.endsWith('rder') ? '[]' : '{}']))],
  [
    'null inside',
    {
      'io.buildpacks.builder.metadata': '{"buildpacks":null,"stack":{"runImage":null},"lifecycle":null,"images":null}',
    },
  ],
])('labels that are %s say nothing', (_, labels) => {
  expect(parse(labels)).toEqual({ ...NOTHING, lifecycle: undefined, stackId: undefined });
});

test('a builder without a lifecycle and without extensions', () => {
  const labels = renderBuilderLabels({ ...NOTHING, createdBy: { name: 'Dema', version: '1' } });
  expect(labels['io.buildpacks.builder.metadata']).toBe(
    '{"description":"","buildpacks":null,"extensions":null,"stack":{"runImage":{"image":"","mirrors":null}},"lifecycle":{"version":null,"api":{"buildpack":"","platform":""},"apis":{"buildpack":{"deprecated":[],"supported":[]},"platform":{"deprecated":[],"supported":[]}}},"createdBy":{"name":"Dema","version":"1"},"images":null}',
  );
  expect(labels['io.buildpacks.buildpack.order-extensions']).toBe('null');
  expect(labels['io.buildpacks.extension.layers']).toBe('{}');
  expect(labels).not.toHaveProperty(['io.buildpacks.buildpack.system']);
  expect(parse(labels).lifecycle).toBeUndefined();
});

test('the run image of a stack stands in where no others are named', () => {
  const label = '{"stack":{"runImage":{"image":"example/run","mirrors":["m"]}}}';
  const { runImages, stackRunImage } = parse({ 'io.buildpacks.builder.metadata': label });
  expect(runImages).toEqual([{ image: 'example/run', mirrors: ['m'] }]);
  expect(stackRunImage).toEqual(runImages[0]);
});

test.each([
  ['{', 'it is not JSON'],
  ['[1]', ''],
  ['{"buildpacks":{}}', '`buildpacks` must be an array of tables, but is a table'],
  ['{"buildpacks":[{"version":"1"}]}', '`buildpacks[0].id` is missing'],
  ['{"buildpacks":[{"id":"a","version":"../.."}]}', '`buildpacks[0].version` is "../.."'],
  ['{"lifecycle":{"version":1}}', '`lifecycle.version` must be a string, but is 1'],
])('the metadata %s', (text, reason) => {
  const label = 'io.buildpacks.builder.metadata';
  if (!reason) return expect(parse({ [label]: text })).toMatchObject(NOTHING);
  expect(problemOf(() => parse({ [label]: text }))).toBe(
    `The label ${label} of example/builder cannot be read: ${reason}.`,
  );
});

test('a label that is nested too deeply', () => {
  const label = 'io.buildpacks.buildpack.order';
  const text = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  expect(problemOf(() => parse({ [label]: text }))).toBe(
    `The label ${label} of example/builder cannot be read: it is nested too deeply.`,
  );
});

test('a fault names the label', () => {
  let found = '';
  try {
    parse({ 'io.buildpacks.buildpack.order': '[{"group":[{"id":5}]}]' });
  } catch (error) {
    found = isFault(error) ? formatFault(error) : String(error);
  }
  expect(found).toMatchInlineSnapshot(`
    "error: The label io.buildpacks.buildpack.order of example/builder cannot be read: \`value[0].group[0].id\` must be a string, but is 5.
    what to do: Make the image anew with the tool that wrote it, or name another one.
    (SPEC_LABEL_INVALID)"
  `);
});

test('an image of the lifecycle alone', () => {
  const labels = {
    'io.buildpacks.lifecycle.version': '0.21.14',
    'io.buildpacks.lifecycle.apis': JSON.stringify(APIS),
    'io.buildpacks.builder.metadata': '{"lifecycle":{"version":"0.21.14"},"api":{"buildpack":"0.7","platform":"0.7"}}',
  };
  expect(parseLifecycleLabels({ labels, image: 'lifecycle' })).toEqual({
    version: '0.21.14',
    api: { buildpack: '0.7', platform: '0.7' },
    apis: APIS,
  });
  expect(parseLifecycleLabels({ labels: PACK, image: 'builder' })).toBeUndefined();
});

function problemOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return isFault(error) ? error.problem : String(error);
  }
  return undefined;
}
