import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBuildpackHarness, writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findHelperRuntime } from './find-helper-runtime.ts';
import { defineBuildpack, found, number, packageBuildpack } from './index.ts';

const buildpack = defineBuildpack({
  settings: { BP_SHARE: number('Share', { default: 75 }) },
  inspect: async () => found('always', {}),
  async build({ launch, settings }) {
    launch.helper('size-heap', { process: 'web', input: { share: settings.BP_SHARE } });
    launch.helper('greet');
  },
});

const HELPERS = {
  'buildpack.toml': 'api = "0.10"\n[buildpack]\nid = "example/helpers"\nversion = "1.0.0"\n',
  'launch/size-heap.ts': `import { share } from './shares.ts';
    export function launch({ input }: { input: unknown }) { return { SHARE: String(share(input)) }; }\n`,
  'launch/shares.ts': `export const share = (input: unknown) => (input as { share: number }).share;\n`,
  'launch/size-heap.test.ts': `export const launch = 1;\n`,
  'launch/greet.ts': `export const launch = () => ({ GREETING: 'Hello' });\n`,
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dema-helpers-'));
  await writeFiles(folder, HELPERS);
});
afterAll(() => rm(folder, { recursive: true }));

const open = (env?: Record<string, string>) => openBuildpackHarness(buildpack, { folder, env });

test('helpers are exec.d programs of one layer, and what they run on is another', async () => {
  await using harness = await open();
  const { fault, layers } = await harness.build();
  expect(fault).toBeUndefined();
  expect(layers['launch-helpers']).toMatchObject({ launch: true, build: false, cache: false });
  expect(layers.quickjs).toMatchObject({ launch: true, build: true, cache: true });
  const read = (name: string) => readFile(join(harness.layersDir, name), 'utf8');
  const [runtime, helpers] = ['quickjs', 'launch-helpers'].map((name) => join(harness.layersDir, name));
  expect(await read('launch-helpers/exec.d/web/size-heap')).toBe(`#!${runtime}/busybox sh
${runtime}/busybox env -i ${runtime}/ld-linux-x86-64.so.2 --library-path ${runtime} ${runtime}/qjs -m ${helpers}/size-heap.js </proc/self/environ
exit
`);
  expect((await stat(join(harness.layersDir, 'launch-helpers/exec.d/greet'))).mode & 0o777).toBe(0o755);
  expect(await read('launch-helpers/size-heap.json')).toBe('{"input":{"share":75},"settings":[]}\n');
  expect(await read('launch-helpers/greet.js')).toContain('Hello');
  expect(await read('quickjs/env.build/DEMA_HELPER_RUNTIME.override')).toBe(runtime);
  expect(await read('quickjs.sbom.cdx.json')).toContain('pkg:deb/debian/quickjs@2025.04.26-1');
});

test('both are kept until something about them changes', async () => {
  await using harness = await open();
  await harness.build();
  await harness.restore();
  const again = await harness.build();
  expect(again.lines).toEqual(['    layer quickjs: reusing', '    layer launch-helpers: reusing']);
  await harness.restore();
  const { lines } = await harness.build({ BP_SHARE: '50' });
  expect(lines[1]).toBe('    layer launch-helpers: making (size-heap.json changed)');
});

test('what an earlier buildpack put into the image is used again', async () => {
  await using harness = await open({ DEMA_HELPER_RUNTIME: '/layers/example_first/quickjs' });
  const { layers } = await harness.build();
  expect(Object.keys(layers)).toEqual(['launch-helpers']);
  const stub = await readFile(join(harness.layersDir, 'launch-helpers/exec.d/greet'), 'utf8');
  expect(stub).toMatch(/^#!\/layers\/example_first\/quickjs\/busybox sh\n/);
});

test('a helper that is not there', async () => {
  await using harness = await openBuildpackHarness(buildpack, {});
  expect((await harness.build()).fault).toMatchObject({ code: 'BUILDPACK_HELPER_MISSING', blame: 'bug' });
});

test('what helpers run on is that of the newest runtime beside the buildpack, or its own', async () => {
  const root = await mkdtemp(join(folder, 'builder-'));
  const env = { CNB_BUILDPACK_DIR: join(root, 'example_helpers/1.0.0') };
  expect(findHelperRuntime(env)).toBe(join(root, 'dema_runtime/launch'));
  for (const version of ['24.1.0', '24.2.0']) await writeFiles(root, { [`dema_runtime/${version}/launch/qjs`]: '' });
  expect(findHelperRuntime(env)).toBe(join(root, 'dema_runtime/24.2.0/launch'));
  for (const version of ['24.9.0', '24.21.0']) await writeFiles(root, { [`dema_runtime/${version}/launch/qjs`]: '' });
  expect(findHelperRuntime(env)).toBe(join(root, 'dema_runtime/24.21.0/launch'));
  await writeFiles(env.CNB_BUILDPACK_DIR, { 'runtime/launch/qjs': '' });
  expect(findHelperRuntime(env)).toBe(join(env.CNB_BUILDPACK_DIR, 'runtime/launch'));
});

test('a builder without what helpers run on', async () => {
  await using harness = await open();
  await rm(join(harness.layersDir, '../runtime'), { recursive: true });
  expect((await harness.build()).fault).toMatchObject({ code: 'BUILDPACK_HELPER_RUNTIME_MISSING', blame: 'platform' });
});

test('a helper that needs Node.js is refused when the buildpack is packaged', async () => {
  const source = join(folder, 'refused');
  await writeFiles(source, {
    'buildpack.toml': '',
    'index.ts': 'export default {};',
    'launch/x.ts': `import { readFileSync } from 'node:fs';\nexport const launch = () => ({ A: readFileSync('/a', 'utf8') });\n`,
  });
  await expect(packageBuildpack(source, join(folder, 'out'))).rejects.toMatchObject({
    code: 'BUILDPACK_BUNDLE_FAILED',
    details: [expect.stringContaining('launch/x.ts:1: Could not resolve "node:fs"')],
  });
});
