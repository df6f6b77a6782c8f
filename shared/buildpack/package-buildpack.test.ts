import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { exec } from '@dema/exec';
import { listConfigurations, parseBuildpackToml } from '@dema/spec';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packageBuildpack } from './index.ts';

const NODEJS = join(import.meta.dirname, '../../buildpacks/nodejs');

let root = '';
let packaged = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-package-'));
  packaged = join(root, 'buildpacks/dema_nodejs/0.1.0');
  await packageBuildpack(NODEJS, packaged);
});

afterAll(() => rm(root, { recursive: true, force: true }));

test('same source, same bytes', async () => {
  const again = join(root, 'again');
  await packageBuildpack(NODEJS, again);
  const files = (await readdir(packaged, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(4);
  for (const { parentPath, name } of files) {
    const file = join(parentPath, name);
    const other = file.replace(packaged, again);
    expect(await readFile(other, 'utf8')).toBe(await readFile(file, 'utf8'));
    expect((await stat(other)).mode).toBe((await stat(file)).mode);
  }
});

test('is under a megabyte and holds no OpenPGP', async () => {
  const files = (await readdir(packaged, { recursive: true })).filter((name) => name.endsWith('.mjs'));
  const texts = await Promise.all(files.map((name) => readFile(join(packaged, name), 'utf8')));
  expect(texts.join('').length).toBeLessThan(1_000_000);
  expect(texts.join('')).not.toContain('OpenPGP.js');
});

test('detect loads a tenth of it, and nothing for connections, archives, hashes and programs', async () => {
  const loaded = new Map<string, string>();
  for (const queue = ['main.mjs']; queue.length > 0; ) {
    const name = queue.pop() ?? '';
    const text = loaded.get(name) ?? (await readFile(join(packaged, name), 'utf8'));
    if (!loaded.has(name))
      queue.push(...staticImports(text).flatMap((one) => (one.startsWith('.') ? [join(name, '..', one)] : [])));
    loaded.set(name, text);
  }
  const texts = [...loaded.values()];
  expect(texts.join('').length).toBeLessThan(170_000);
  const modules = new Set(texts.flatMap(staticImports).filter((one) => one.startsWith('node:')));
  expect([...modules].sort()).toEqual(['node:fs', 'node:fs/promises', 'node:module', 'node:path']);
});

function staticImports(text: string): string[] {
  return [...text.matchAll(/(?:^|[;}\n])(?:import|export)(?:[^"'();]*from)?\s*["']([^"']+)["']/g)].map(
    ([, name = '']) => name,
  );
}

test('its descriptor has the inventory, the settings and the formats of SBOMs', async () => {
  const toml = await readFile(join(packaged, 'buildpack.toml'), 'utf8');
  expect(toml).toContain('id = "dema/nodejs"');
  const configurations = listConfigurations(parseBuildpackToml(toml, 'buildpack.toml').metadata);
  expect(configurations.find(({ name }) => name === 'BP_NODE_PROJECT_PATH')).toEqual({
    name: 'BP_NODE_PROJECT_PATH',
    description: 'Folder that holds the app',
    default: '.',
    build: true,
    launch: false,
    type: 'folder',
    choices: [],
    formerly: [],
  });
  expect(configurations.map(({ name }) => name)).toContain('BP_DISABLE_SBOM');
  expect(toml).toContain(
    'sbom-formats = ["application/vnd.cyclonedx+json", "application/spdx+json", "application/vnd.syft+json"]',
  );
  expect(toml).toContain('[metadata.end-of-life.node]');
  expect(toml).toMatch(/\[\[metadata.dependencies\]\]\n\s+id = "node"/);
});

test('runs on the Node.js of dema/runtime beside it', async () => {
  const runtime = join(root, 'buildpacks/dema_runtime/1.0.0/bin');
  await mkdir(runtime, { recursive: true });
  await copyFile(process.execPath, join(runtime, 'node'));
  await chmod(join(runtime, 'node'), 0o755);
  await writeFiles(join(root, 'app'), { 'server.js': '' });
  await writeFile(join(root, 'plan.toml'), '');
  // Of the app's programs: our own Node.js would end with it.
  const options = { NODE_OPTIONS: '--require /nowhere.js' };
  const env = { PATH: '/usr/bin:/bin', CNB_BUILD_PLAN_PATH: join(root, 'plan.toml'), ...options };
  const outcome = await exec(join(packaged, 'bin/detect'), [], { cwd: join(root, 'app'), env });
  expect(outcome).toMatchObject({ code: 0, stdout: 'server.js\n', stderr: '' });
  expect(await readFile(join(root, 'plan.toml'), 'utf8')).toContain('name = "node"');
});

test('of several runtimes beside it the newest is taken, by the numbers of their versions', async () => {
  const builder = join(root, 'several');
  const own = join(builder, 'dema_nodejs/0.1.0');
  await cp(packaged, own, { recursive: true });
  for (const version of ['24.9.0', '24.21.0', 'local', '9.30.1', '24.20.99']) {
    const node = join(builder, 'dema_runtime', version, 'bin/node');
    await writeFiles(dirname(node), { node: `#!/bin/sh\necho "${version} for $3"\n` });
    await chmod(node, 0o755);
  }
  const outcome = await exec(join(own, 'bin/detect'), [], { cwd: root, env: { PATH: '/nowhere' } });
  expect(outcome).toMatchObject({ code: 0, stdout: '24.21.0 for detect\n', stderr: '' });
});

test('a self-contained one runs on its own Node.js, wherever it lies', async () => {
  const alone = join(root, 'contained/dema_nodejs/0.1.0');
  await cp(packaged, alone, { recursive: true });
  await writeFiles(alone, { 'runtime/bin/node': '#!/bin/sh\necho "own, $3"\n' });
  await chmod(join(alone, 'runtime/bin/node'), 0o755);
  const outcome = await exec(join(alone, 'bin/detect'), [], { cwd: root, env: { PATH: '/usr/bin:/bin' } });
  expect(outcome).toMatchObject({ code: 0, stdout: 'own, detect\n' });
});

test('says so when there is no dema/runtime', async () => {
  const alone = join(root, 'alone/dema_nodejs/0.1.0');
  await cp(packaged, alone, { recursive: true });
  const outcome = await exec(join(alone, 'bin/detect'), [], { cwd: root, env: { PATH: '/usr/bin:/bin' } });
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toContain('add dema/runtime to the builder');
});

test.each([
  ['BUILDPACK_SOURCE_INCOMPLETE', { 'index.ts': 'export default {}' }],
  ['BUILDPACK_SOURCE_BROKEN', { 'buildpack.toml': '', 'index.ts': 'export default missing.thing;' }],
  ['BUILDPACK_BUNDLE_FAILED', { 'buildpack.toml': '', 'index.ts': 'export default {' }],
  ['BUILDPACK_SOURCE_INCOMPLETE', { 'buildpack.toml': '', 'index.ts': 'export default {}' }],
])('%s', async (code, files) => {
  const source = await mkdtemp(join(root, 'source-'));
  await writeFiles(source, files as Record<string, string>);
  await expect(packageBuildpack(source, join(source, 'out'))).rejects.toMatchObject({ code });
});
