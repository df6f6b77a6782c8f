import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createModuleLayer } from '@dema/engine';
import { exec } from '@dema/exec';
import { openStore } from '@dema/store';
import { writeFiles } from '@dema/testkit';
import { expect, test } from 'vitest';
import { makeRuntimeBuildpack, type RuntimeParts } from './runtime-buildpack.ts';

test('the runtime stands beside buildpacks, with its terms, and takes part in no build', async () => {
  const root = await mkdtemp(join(tmpdir(), 'dema-runtime-'));
  await writeFiles(root, { 'launch/qjs': '#!qjs' });
  const store = await openStore(join(root, 'store'));
  const parts: RuntimeParts = {
    node: { name: 'node-of-test', version: '24.0.0', checksum: `sha256:${'0'.repeat(64)}` },
    place: (dir) => writeFiles(dir, { 'bin/node': '#!node', LICENSE: 'MIT' }),
    launch: join(root, 'launch'),
    architecture: 'arm64',
  };
  const { folder, descriptor, layer } = await makeRuntimeBuildpack(store, parts);
  expect(descriptor.buildpack).toMatchObject({ id: 'dema/runtime', version: '24.0.0' });
  expect(descriptor.targets).toMatchObject([{ os: 'linux', arch: 'arm64' }]);
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(
    ['LICENSE', 'bin', 'bin/build', 'bin/detect', 'bin/node', 'buildpack.toml', 'launch', 'launch/qjs'].sort(),
  );
  expect(await exec(join(folder, 'bin/detect'), [], { env: {} })).toMatchObject({ code: 100 });
  const { diffId } = await createModuleLayer(store, { folder, descriptor });
  expect(layer?.diffId).toBe(diffId);
  await rm(join(folder, 'bin/node'));
  const again = await makeRuntimeBuildpack(store, parts);
  expect(again.layer?.diffId, 'nothing of the folder is read again').toBe(diffId);
  await rm(root, { recursive: true });
});
