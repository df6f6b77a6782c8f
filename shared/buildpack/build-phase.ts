import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Bindings,
  type BuildpackDescriptor,
  openBindings,
  parseBuildpackPlan,
  parseBuildpackToml,
} from '@dema/spec';
import { type AppLock, readAppLock } from './app-lock.ts';
import { BINDING_FILES } from './binding-files.ts';
import type { Target } from './build-context.ts';
import { COMMON_SETTINGS } from './common-settings.ts';
import type { AnyBuildpack } from './define-buildpack.ts';
import { createDependencies } from './dependencies.ts';
import { describeSettings } from './describe-settings.ts';
import { definedOnly, required } from './environment.ts';
import { createExec } from './exec.ts';
import { skippedInBuild } from './faults.ts';
import { openFolder } from './folder.ts';
import { viewFolder } from './folder-view.ts';
import { createKeptFiles } from './kept-files.ts';
import { recordLaunch } from './launch.ts';
import { writeLaunchHelpers } from './launch-helpers.ts';
import { createLayers } from './layers.ts';
import { createLog, type Log } from './log.ts';
import { openNetwork } from './network.ts';
import { createPlace } from './place.ts';
import { type Repeatable, recordRepeatable } from './repeatable.ts';
import { recordResolved } from './resolved-dependencies.ts';
import { createSboms, type Sboms } from './sboms.ts';
import { type Environment, readSettings, type Settings } from './settings.ts';
import { warnOfSettings } from './warn-of-settings.ts';
import type { World } from './world.ts';

/** `bin/build`: fills the layers folder. */
export async function buildPhase(buildpack: AnyBuildpack, world: World): Promise<void> {
  const { app, env, print } = world;
  const layersDir = required(env, 'CNB_LAYERS_DIR');
  const settings = readSettings(buildpack.settings, env);
  const bindings = openBindings({ env, platformDir: env.CNB_PLATFORM_DIR, files: BINDING_FILES });
  const inspection = await buildpack.inspect({ app: viewFolder(app), settings, bindings });
  if (!inspection.found) throw skippedInBuild(inspection.reason);
  const repeatable = recordRepeatable(env.DEMA_REPEATABLE_FILE, world.run);
  const log = createLog(print, repeatable.onWarning);
  await warnOfSettings({ ...buildpack.settings, ...COMMON_SETTINGS }, env, log);
  const workshop = await openWorkshop({
    world,
    repeatable,
    layersDir,
    declared: buildpack.settings,
    settings,
    bindings,
    log,
  });
  const { variables, target, network, dependencies, layers, launch, exec } = workshop;
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
    exec,
    launch,
    readProgram: (name: string) => readFile(join(required(env, 'CNB_BUILDPACK_DIR'), `programs/${name}.cjs`), 'utf8'),
    log,
  };
  await buildpack.build(context).finally(dependencies.close);
  await writeLaunch(workshop);
  await repeatable.write();
}

interface WorkshopParts {
  world: World;
  repeatable: Repeatable;
  layersDir: string;
  declared: Settings;
  settings: Readonly<Record<string, unknown>>;
  bindings: Bindings;
  log: Log;
}

type Workshop = Awaited<ReturnType<typeof openWorkshop>>;

/** What a build works with, and what it leaves its results in. */
async function openWorkshop({ world, repeatable, layersDir, declared, settings, bindings, log }: WorkshopParts) {
  const { app, env, today, helperRuntime } = world;
  const { run, filling } = repeatable;
  const { api, buildpack, metadata } = await readDescriptor(env);
  const variables = definedOnly(env);
  const target = readTarget(env);
  const sboms = openSboms(env, layersDir, buildpack.id);
  const layers = createLayers({ folder: layersDir, version: buildpack.version, sboms, filling, log });
  const kept = createKeptFiles(layersDir);
  const place = createPlace({ app, layersDir, file: env.DEMA_PLACED_FILE });
  const launch = recordLaunch({ describe: sboms.enabled, keep: kept.keep, place });
  const inventory = { metadata, file: 'buildpack.toml', architecture: target.architecture };
  const settingOf = (value: string) => findSetting(settings, value);
  const network = openNetwork({ env: () => layers.withBuildLayers(variables) });
  const policy = openPolicy(env, app, buildpack.id);
  const resolved = recordResolved(env.DEMA_RESOLVED_FILE);
  const records = { sboms, resolved };
  const dependencies = createDependencies({
    ...inventory,
    ...policy,
    ...records,
    env,
    bindings,
    network,
    today,
    log,
    settingOf,
  });
  const exec = createExec({ run, app, env: variables, layers, log });
  const buildpackDir = required(env, 'CNB_BUILDPACK_DIR');
  const launchSettings = describeSettings(declared).filter(({ launch }) => launch);
  const helperParts = {
    buildpackDir,
    runtime: helperRuntime,
    env: variables,
    settings: launchSettings,
    layersDir,
    layers,
  };
  const results = { api, layersDir, resolved, sboms, layers, kept, launch, helperParts, log };
  return { ...results, variables, target, network, dependencies, exec };
}

/** Everything about the finished image that is known only once the build is through. */
async function writeLaunch({
  api,
  layersDir,
  resolved,
  sboms,
  layers,
  kept,
  launch,
  helperParts,
  log,
}: Workshop): Promise<void> {
  await resolved.write();
  await kept.write(layers);
  await writeLaunchHelpers(launch.helpers, helperParts);
  await sboms.writeLaunch(launch.components, launch.keptIn);
  if (!sboms.enabled) log.step('No SBOM, because BP_DISABLE_SBOM is true');
  const launchToml = launch.render(api);
  if (launchToml !== undefined) await writeFile(join(layersDir, 'launch.toml'), launchToml);
}

function openSboms(env: Environment, folder: string, buildpack: string): Sboms {
  const { BP_DISABLE_SBOM: isDisabled } = readSettings(COMMON_SETTINGS, env);
  return createSboms({ folder, buildpack, enabled: !isDisabled });
}

/** What may be installed, and from where. The lock is not read before something is resolved. */
function openPolicy(env: Environment, app: string, buildpack: string) {
  const { BP_DEPENDENCY_SOURCES: allowedSources, BP_DEPENDENCY_LOCKED: isLocked } = readSettings(COMMON_SETTINGS, env);
  let lock: Promise<AppLock> | undefined;
  function readLock(): Promise<AppLock> {
    lock ??= readAppLock({ app, env, buildpack, isStrict: isLocked });
    return lock;
  }
  return { allowedSources, isLocked, readLock };
}

/** What a range of a version that was passed on as a text is called in the log. */
function findSetting(settings: Readonly<Record<string, unknown>>, value: string): string {
  return Object.keys(settings).find((name) => settings[name] === value) ?? 'the buildpack';
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
