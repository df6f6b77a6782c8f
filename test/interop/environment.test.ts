import { mkdir, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withBuildLayers, withPlatformEnv } from '@dema/engine';
import { applyEnvFiles, INHERITED_VARIABLES } from '@dema/spec';
import { removeFolder } from '@dema/store';
import { afterAll, expect, test } from 'vitest';
import { readCases } from './cases.ts';
import { writeCaseFiles } from './write-case-files.ts';

type Values = Record<string, string>;

interface EnvCase {
  /** The environment that the build inherits. */
  own?: Values;
  /** Files of build layers below /layers/buildpack. */
  layers?: Values;
  platform?: Values;
  buildConfig?: Values;
}

const DESCRIPTOR = { buildpack: { clearEnv: false } } as Parameters<typeof withPlatformEnv>[2];

const root = await mkdtemp(join(tmpdir(), 'dema-environment-'));
afterAll(() => removeFolder(root));

test.each(await readCases<EnvCase, Values>('environment'))('environment: $name', async ({ name, given, golden }) => {
  const folder = join(root, name);
  await mkdir(folder);
  await writeCaseFiles(folder, given.layers ?? {});
  const own = Object.entries(given.own ?? {}).filter(([variable]) => INHERITED_VARIABLES.includes(variable));
  const built = await withBuildLayers(Object.fromEntries(own), 'buildpack', await layersOf(folder));
  const asked = withPlatformEnv(built, filesOf(given.platform), DESCRIPTOR);
  const config = Object.entries(filesOf(given.buildConfig)).map(([file, value]) => ({ name: file, value }));
  expect(applyEnvFiles(asked, config, 'default')).toEqual(golden);
});

async function layersOf(folder: string): Promise<Parameters<typeof withBuildLayers>[2]> {
  const names = await readdir(folder);
  const layer = { build: true, launch: false, cache: false, metadata: {} };
  return new Map(names.map((name) => [name, { ...layer, contents: { path: join(folder, name) } }]));
}

/** Without what stands in folders, which is no variable. */
function filesOf(files: Values = {}): Values {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.includes('/')));
}
