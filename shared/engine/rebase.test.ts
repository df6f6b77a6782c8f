import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TarEntry } from '@dema/archive';
import { formatFault, isFault } from '@dema/errors';
import { appendLayers, createLayer, emptyImage, type Image, setEnv, setLabels } from '@dema/oci';
import { openStore, type Store } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIFECYCLE_LABEL } from './lifecycle-metadata.ts';
import { rebaseImage } from './rebase.ts';

const DISTRO = { 'io.buildpacks.base.distro.name': 'debian', 'io.buildpacks.base.distro.version': '13' };

let root: string;
let store: Store;
let oldBase: Image;
let newBase: Image;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-rebase-'));
  store = await openStore(root);
  oldBase = await base('1', { ...DISTRO, 'io.buildpacks.base.released': '2026-01-01' });
  newBase = await base('2', { ...DISTRO, 'io.buildpacks.base.released': '2026-02-02', 'not.of.base': 'x' });
});

afterAll(() => rm(root, { recursive: true }));

async function layer(path: string, text: string) {
  const bytes = Buffer.from(text);
  const entry: TarEntry = { path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: bytes.length, body: () => [bytes] };
  return createLayer(store, [entry], { createdBy: `${path} ${text}` });
}

async function base(text: string, labels: Record<string, string>, platform = {}): Promise<Image> {
  const empty = emptyImage({ os: 'linux', architecture: 'amd64', ...platform });
  const lower = await layer('/lower', 'same');
  return setLabels(appendLayers(empty, [lower, await layer('/top', text)]), labels);
}

async function app(labels: Record<string, string> = {}, api = '0.15', on = oldBase): Promise<Image> {
  const image = setEnv(appendLayers(on, [await layer('/app', 'code')]), 'CNB_PLATFORM_API', api);
  const metadata = {
    app: [],
    'future-key': { kept: true },
    buildpacks: [],
    runImage: {
      topLayer: on.config.rootfs.diff_ids.at(-1),
      reference: 'run@sha256:1',
      image: 'run:1',
      mirrors: ['m/run:1'],
    },
  };
  return setLabels(image, { [LIFECYCLE_LABEL]: JSON.stringify(metadata), 'app.label': 'y', ...labels });
}

const named = (image: Image, reference = 'run:1') => ({ image, reference, pinned: 'run@sha256:2' });

test('the layers of the run image are replaced, and nothing else', async () => {
  const rebased = rebaseImage(await app(), named(newBase));
  const expected = [...newBase.config.rootfs.diff_ids, (await layer('/app', 'code')).diffId];
  expect(rebased.config.rootfs.diff_ids).toEqual(expected);
  expect(rebased.layers.map(({ diffId }) => diffId)).toEqual(expected);
  expect(rebased.config.history?.map((entry) => entry.created_by)).toEqual(['/lower same', '/top 2', '/app code']);
  expect(rebased.config.config?.Env).toEqual(['CNB_PLATFORM_API=0.15']);
});

test('labels of the base are the new ones, and the label of the lifecycle keeps what we do not know', async () => {
  const { Labels: labels = {} } = rebaseImage(await app(), named(newBase)).config.config ?? {};
  expect(labels).toMatchObject({ 'io.buildpacks.base.released': '2026-02-02', 'app.label': 'y' });
  expect(labels['not.of.base']).toBeUndefined();
  expect(JSON.parse(labels[LIFECYCLE_LABEL] ?? '')).toEqual({
    app: [],
    'future-key': { kept: true },
    buildpacks: [],
    runImage: {
      topLayer: newBase.config.rootfs.diff_ids.at(-1),
      reference: 'run@sha256:2',
      image: 'run:1',
      mirrors: ['m/run:1'],
    },
  });
});

test('keys of what buildpacks say of layers keep their order, numbers too', async () => {
  const data = '{"10":"ten","9":{"2":1,"11":2}}';
  const buildpacks = `[{"key":"a/b","version":"1","layers":{"data":{"sha":"sha256:1","data":${data},"build":false,"launch":true,"cache":false}},"store":{"metadata":${data}}}]`;
  const image = await app();
  const label = image.config.config?.Labels?.[LIFECYCLE_LABEL] ?? '';
  const labelled = setLabels(image, {
    [LIFECYCLE_LABEL]: label.replace('"buildpacks":[]', `"buildpacks":${buildpacks}`),
  });
  const rebased = rebaseImage(labelled, named(newBase));
  expect(rebased.config.config?.Labels?.[LIFECYCLE_LABEL]).toContain(
    buildpacks.replaceAll(data, '{"10":"ten","9":{"11":2,"2":1}}'),
  );
});

test('what in the label is not of its shape stays as it is', async () => {
  const image = await app();
  const label = image.config.config?.Labels?.[LIFECYCLE_LABEL] ?? '';
  const odd = '[null,1,{"key":"a","layers":{"b":null},"store":1}]';
  const labelled = setLabels(image, { [LIFECYCLE_LABEL]: label.replace('"buildpacks":[]', `"buildpacks":${odd}`) });
  const rebased = rebaseImage(labelled, named(newBase));
  expect(rebased.config.config?.Labels?.[LIFECYCLE_LABEL]).toContain(`"buildpacks":${odd}`);
});

test('a run image may come by the name of a mirror', async () => {
  expect(rebaseImage(await app(), named(newBase, 'm/run:1')).layers).toHaveLength(3);
});

async function refusal(image: Image, base: ReturnType<typeof named>): Promise<string[]> {
  try {
    rebaseImage(image, base);
  } catch (error) {
    if (!isFault(error, 'ENGINE_REBASE_REFUSED')) throw error;
    expect(rebaseImage(image, base, { force: true }).layers).toHaveLength(3);
    return [...error.details];
  }
  return [];
}

test('what does not fit is refused with each reason, and done when it must be', async () => {
  const other = await base('3', { 'io.buildpacks.base.distro.name': 'ubuntu' }, { architecture: 'arm64' });
  expect(await refusal(await app({ 'io.buildpacks.rebasable': 'false' }), named(other, 'run:2'))).toEqual([
    'the app image says that it cannot be rebased',
    'its architecture is amd64, that of the run image arm64',
    'its io.buildpacks.base.distro.name is debian, that of the run image ubuntu',
    'the run image is called run:2, and the app image knows it as run:1 or m/run:1',
  ]);
});

test('another name, taken by force, is the one that the image bears then', async () => {
  const { Labels: labels = {} } =
    rebaseImage(await app(), named(newBase, 'run:2'), { force: true }).config.config ?? {};
  expect(JSON.parse(labels[LIFECYCLE_LABEL] ?? '').runImage).toEqual({
    topLayer: newBase.config.rootfs.diff_ids.at(-1),
    reference: 'run@sha256:2',
    image: 'run:2',
  });
});

test('before targets there were stacks and mixins', async () => {
  const stack = { 'io.buildpacks.stack.id': 'jammy' };
  const mixins = { ...stack, 'io.buildpacks.stack.mixins': '["run:curl","git","build:gcc"]' };
  const image = await app({}, '0.11', await base('1', mixins));
  expect(await refusal(image, named(await base('2', mixins)))).toEqual([]);
  expect(await refusal(image, named(await base('2', stack)))).toEqual(['the run image lacks the mixins curl, git']);
  expect(await refusal(image, named(await base('2', {})))).toEqual([
    'its stack is jammy, that of the run image not said',
  ]);
});

test('an image that no buildpack made, and one that lost its base', async () => {
  expect(() => rebaseImage(oldBase, named(newBase))).toThrow(
    expect.objectContaining({ code: 'ENGINE_IMAGE_NOT_AN_APP' }),
  );
  const strange = setLabels(await app(), {
    [LIFECYCLE_LABEL]: JSON.stringify({ buildpacks: [], runImage: { topLayer: 'sha256:0', image: 'run:1' } }),
  });
  let shown = '';
  try {
    rebaseImage(strange, named(newBase));
  } catch (error) {
    if (isFault(error)) shown = formatFault(error);
  }
  expect(shown).toContain('ENGINE_BASE_LAYERS_UNKNOWN');
});
