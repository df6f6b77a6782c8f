import { baseEnvironment, givenEnvironment, phaseVariables } from '@dema/engine';
import { parseBuildpackToml } from '@dema/spec';
import { expect, test } from 'vitest';
import { readCases } from './cases.ts';

type Values = Record<string, string>;

interface PhaseCase {
  api: string;
  clearEnv?: boolean;
  own?: Values;
  platform?: Values;
  buildConfig?: Values;
  run?: string[];
}

type Golden = Record<'detect' | 'build', { args: string[]; folder: string; env: Values }>;

const DIR = '/cnb/buildpacks/example_probe/1.0.0';
const PLAN = 'plan.toml';

test.each(await readCases<PhaseCase, Golden>('phases'))('phases: $name', ({ given, golden }) => {
  const head = `api = "${given.api}"\n[buildpack]\nid = "example/probe"\nversion = "1.0.0"\n`;
  const descriptor = parseBuildpackToml(`${head}clear-env = ${given.clearEnv === true}\n`, 'buildpack.toml');
  const [os = '', arch = '', variant = '', distroName = '', distroVersion = ''] = given.run ?? [];
  const target = { os, arch, variant, distroName, distroVersion };
  const buildConfig = Object.entries(given.buildConfig ?? {}).map(([name, value]) => ({ name, value }));
  const own = Object.entries(given.own ?? {}).map(([name, value]) => `${name}=${value}`);
  const builder = { buildImage: { env: own }, buildConfig } as unknown as Parameters<typeof baseEnvironment>[0];
  const session = { host: { env: {}, mounts: [] }, userEnv: given.platform ?? {}, builder };
  const common = givenEnvironment(session, baseEnvironment(builder, {}), descriptor);
  expect({
    ...common,
    ...phaseVariables({ target, execEnv: 'production' }, descriptor, { dir: DIR, CNB_BUILD_PLAN_PATH: PLAN }),
  }).toEqual(golden.detect.env);
  const files = { dir: DIR, CNB_LAYERS_DIR: '/layers/example_probe', CNB_BP_PLAN_PATH: PLAN };
  expect({ ...common, ...phaseVariables({ target, execEnv: 'production' }, descriptor, files) }).toEqual(
    golden.build.env,
  );
  expect(golden.detect).toMatchObject({ folder: '/workspace', args: ['/platform', PLAN] });
  expect(golden.build).toMatchObject({ folder: '/workspace', args: ['/layers/example_probe', '/platform', PLAN] });
});
