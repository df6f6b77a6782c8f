import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildpackDescriptor, openBindings, parseBuildpackPlan, parseBuildpackToml } from '@dema/spec';
import { BINDING_FILES } from './binding-files.ts';
import type { Target } from './build-context.ts';
import type { AnyBuildpack } from './define-buildpack.ts';
import { createDependencies } from './dependencies.ts';
import { definedOnly, required } from './environment.ts';
import { createExec } from './exec.ts';
import { skippedInBuild } from './faults.ts';
import { openFolder } from './folder.ts';
import { viewFolder } from './folder-view.ts';
import { recordLaunch } from './launch.ts';
import { writeLaunchHelpers } from './launch-helpers.ts';
import { createLayers } from './layers.ts';
import { createLog } from './log.ts';
import { openNetwork } from './network.ts';
import { createPlace } from './place.ts';
import { COMMON_SETTINGS, createSboms, type Sboms } from './sboms.ts';
import { type Environment, readSettings } from './settings.ts';
import { warnOfSettings } from './warn-of-settings.ts';
import type { World } from './world.ts';

/** `bin/build`: fills the layers folder. */
export async function buildPhase(buildpack: AnyBuildpack, world: World): Promise<void> {
  const { app, env, print, run, today } = world;
  const layersDir = required(env, 'CNB_LAYERS_DIR');
  const settings = readSettings(buildpack.settings, env);
  const bindings = openBindings({ env, platformDir: env.CNB_PLATFORM_DIR, files: BINDING_FILES });
  const inspection = await buildpack.inspect({ app: viewFolder(app), settings, bindings });
  if (!inspection.found) throw skippedInBuild(inspection.reason);
  const { api, buildpack: identity, metadata } = await readDescriptor(env);
  const target = readTarget(env);
  const variables = definedOnly(env);
  const log = createLog(print);
  await warnOfSettings({ ...buildpack.settings, ...COMMON_SETTINGS }, env, log);
  const sboms = openSboms(env, layersDir, identity.id);
  const place = createPlace({ app, layersDir, file: env.DEMA_PLACED_FILE });
  const launch = recordLaunch({ describe: sboms.enabled, place });
  const layers = createLayers({ folder: layersDir, version: identity.version, sboms, log });
  const inventory = { metadata, file: 'buildpack.toml', architecture: target.architecture };
  const network = openNetwork({ env: () => layers.withBuildLayers(variables) });
  const dependencies = createDependencies({ ...inventory, env, bindings, network, today, log, sboms });
  const context = {
    app: openFolder(app),
    settings,
    facts: inspection.facts,
    plan: await readPlan(required(env, 'CNB_BP_PLAN_PATH')),
    target,
    env: variables,
    bindings,
    dependencies,
    network,
    layer: layers.layer,
    exec: createExec({ run, app, env: variables, layers, log }),
    launch,
    readProgram: (name: string) => readFile(join(required(env, 'CNB_BUILDPACK_DIR'), `programs/${name}.cjs`), 'utf8'),
    log,
  };
  await buildpack.build(context).finally(dependencies.close);
  const buildpackDir = required(env, 'CNB_BUILDPACK_DIR');
  const parts = { buildpackDir, runtime: world.helperRuntime, env: variables, layersDir, layers };
  await writeLaunchHelpers(launch.helpers, parts);
  await sboms.writeLaunch(launch.components);
  if (!sboms.enabled) log.step('No SBOM, because BP_DISABLE_SBOM is true');
  await writeLaunchToml(layersDir, launch.render(api));
}

function openSboms(env: Environment, folder: string, buildpack: string): Sboms {
  const { BP_DISABLE_SBOM: isDisabled } = readSettings(COMMON_SETTINGS, env);
  return createSboms({ folder, buildpack, enabled: !isDisabled });
}

async function writeLaunchToml(folder: string, text: string | undefined): Promise<void> {
  if (text !== undefined) await writeFile(join(folder, 'launch.toml'), text);
}

async function readDescriptor(env: Environment): Promise<BuildpackDescriptor> {
  const file = join(required(env, 'CNB_BUILDPACK_DIR'), 'buildpack.toml');
  return parseBuildpackToml(await readFile(file, 'utf8'), file);
}

async function readPlan(file: string) {
  return parseBuildpackPlan(await readFile(file, 'utf8'), file);
}

function readTarget(env: Environment): Target {
  const architecture = env.CNB_TARGET_ARCH ?? (process.arch === 'arm64' ? 'arm64' : 'amd64');
  return { os: env.CNB_TARGET_OS ?? 'linux', architecture: architecture === 'arm64' ? 'arm64' : 'amd64' };
}
