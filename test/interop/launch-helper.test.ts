import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHostArchive } from '@dema/debian';
import { exec } from '@dema/exec';
import { makeHelperRuntime, makeLauncherLayer } from '@dema/launch';
import { openStore, removeFolder } from '@dema/store';
import { openBuildpackHarness } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import buildpack from '../buildpacks/launch-helper/index.ts';
import { TEST_CACHE } from '../whole/dema.ts';
import { findMissingGo, go, TEN_MINUTES } from './go.ts';

const FOLDER = join(import.meta.dirname, '../buildpacks/launch-helper');
const METADATA = `[[buildpacks]]
id = "example/tested"
version = "1.0.0"
api = "0.10"

[[processes]]
type = "web"
command = ["env"]
direct = true
buildpack-id = "example/tested"
`;

const root = await mkdtemp(join(tmpdir(), 'dema-official-'));
let missing: string | undefined;

beforeAll(async () => {
  missing = await findMissingGo();
  if (missing !== undefined) return;
  const built = await go(['build', '-o', join(root, 'launcher'), 'github.com/buildpacks/lifecycle/cmd/launcher']);
  expect(built, built.stderr).toMatchObject({ code: 0 });
}, TEN_MINUTES);

afterAll(() => removeFolder(root));

test('a launch helper does its work under the official launcher', async ({ skip }) => {
  skip(missing !== undefined, missing);
  const helperRuntime = await makeRuntime();
  await using harness = await openBuildpackHarness(buildpack, { folder: FOLDER, helperRuntime });
  expect((await harness.build()).fault).toBeUndefined();
  const layers = join(root, 'layers');
  await mkdir(join(layers, 'config'), { recursive: true });
  await writeFile(join(layers, 'config/metadata.toml'), METADATA);
  await symlink(harness.layersDir, join(layers, 'example_tested'));
  await symlink(join(root, 'launcher'), join(root, 'web'));
  const env = { CNB_LAYERS_DIR: layers, CNB_APP_DIR: root, CNB_PLATFORM_API: '0.14', PATH: '/usr/bin:/bin' };
  const started = await exec(join(root, 'web'), [], { env: { ...env, 'the.name': 'Ada 📦', BPL_TIMES: '2' } });
  expect(started).toMatchObject({ code: 0, stderr: 'greeting Ada 📦\n' });
  expect(started.stdout).toContain('the.greeting=Hello, "Ada 📦"\n');
  expect(started.stdout).toContain('GREETINGS=Hello Hello \n');
});

async function makeRuntime(): Promise<string> {
  const [store, downloads] = await Promise.all([openStore(TEST_CACHE), openStore(join(TEST_CACHE, 'downloads'))]);
  const archive = openHostArchive({ store: downloads, env: process.env });
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const launcher = await makeLauncherLayer({ store, archive, architecture });
  await archive.close();
  return makeHelperRuntime({ store, architecture, launcher });
}
