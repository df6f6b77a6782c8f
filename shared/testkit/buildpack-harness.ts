import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AnyBuildpack, type RunProgram, runPhase } from '@dema/buildpack';
import {
  type BuildPlan,
  type LaunchDescriptor,
  type LayerDescriptor,
  type PlanEntry,
  parseBuildPlan,
  parseLaunchToml,
  parseLayerToml,
  renderBuildpackPlan,
  renderRestoredLayerToml,
} from '@dema/spec';
import type { FakeDependency } from './fake-dependency.ts';
import { fillHarness } from './fill-harness.ts';
import { type CommandRun, type ScriptedCommand, scriptCommands } from './scripted-commands.ts';
import { startServer, type TestServer } from './test-server.ts';
import { type Files, writeFiles } from './write-files.ts';

export interface HarnessOptions {
  /** Source folder of the buildpack: its default versions count, and its programs and launch helpers are there. */
  folder?: string;
  /** Files by name, or the path of a folder such as a sample. */
  app?: Files | string;
  /** Settings, and all other variables of the build. */
  env?: Record<string, string>;
  dependencies?: FakeDependency[];
  /** `metadata.default-versions` of its buildpack.toml. */
  defaultVersions?: Record<string, string>;
  commands?: ScriptedCommand[];
  /** What other buildpacks require of this one. */
  plan?: PlanEntry[];
  /** Names of the plan that an earlier buildpack has met. */
  met?: string[];
  /** A day long before the end of all lives, without one. */
  today?: Date;
  /** What launch helpers run on, for a test that starts them; something in its place without one. */
  helperRuntime?: string;
}

export interface FaultSeen {
  code: string;
  problem: string;
  fix: string;
  blame: string;
  details: string[];
}

interface PhaseOutcome {
  code: number;
  /** What was printed, with `<time>`, `<size>`, `<app>` and `<layers>` for what differs between runs. */
  lines: string[];
  fault?: FaultSeen;
}

export interface DetectOutcome extends PhaseOutcome {
  plan: BuildPlan;
}

export interface BuildOutcome extends PhaseOutcome {
  commands: CommandRun[];
  launch: LaunchDescriptor;
  /** By name. */
  layers: Record<string, LayerDescriptor>;
}

/** A buildpack in a world of temporary folders, as a platform would run it. A second build finds what the first one left in its caches. */
export interface BuildpackHarness {
  appDir: string;
  layersDir: string;
  /** The fake registry; it counts what was asked of it. */
  server: TestServer;
  /** Adds or replaces files of the app. */
  writeApp(files: Files): Promise<void>;
  detect(env?: Record<string, string>): Promise<DetectOutcome>;
  /** With the entries of the plan that detect made. The app's folder is as the test left it. */
  build(env?: Record<string, string>): Promise<BuildOutcome>;
  /** Does to the layers what a platform does between two builds. */
  restore(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function openBuildpackHarness(
  buildpack: AnyBuildpack,
  options: HarnessOptions,
): Promise<BuildpackHarness> {
  const root = await mkdtemp(join(tmpdir(), 'dema-harness-'));
  const appDir = join(root, 'app');
  const layersDir = join(root, 'layers');
  const server = await startServer();
  await fillHarness(root, server, options).catch(async (error) => {
    await close();
    throw error;
  });
  const commands = scriptCommands(options.commands ?? []);
  const { today = new Date('2020-01-01'), helperRuntime = join(root, 'runtime') } = options;

  function run(phase: 'detect' | 'build', env: Record<string, string>): Promise<PhaseOutcome> {
    const variables = { ...baseEnvironment(root, server), ...options.env, ...env };
    return runOnce(buildpack, phase, { root, env: variables, run: commands.run, helperRuntime, today });
  }

  async function detect(env: Record<string, string> = {}): Promise<DetectOutcome> {
    await writeFile(join(root, 'plan.toml'), '');
    const outcome = await run('detect', env);
    return { ...outcome, plan: parseBuildPlan(await readFile(join(root, 'plan.toml'), 'utf8'), 'plan.toml') };
  }

  async function build(env: Record<string, string> = {}): Promise<BuildOutcome> {
    commands.runs.length = 0;
    const { plan } = await detect(env);
    const all = [...entriesOf(plan), ...(options.plan ?? [])];
    const entries = all.filter(({ name }) => !options.met?.includes(name));
    await writeFile(join(root, 'entries.toml'), renderBuildpackPlan(entries));
    await rm(join(layersDir, 'launch.toml'), { force: true });
    const outcome = await run('build', env);
    const launch = parseLaunchToml(await readIfThere(join(layersDir, 'launch.toml'), ''), 'launch.toml', '0.10');
    return { ...outcome, commands: [...commands.runs], launch, layers: await readLayers(layersDir) };
  }

  async function close(): Promise<void> {
    await server.close();
    await rm(root, { recursive: true, force: true });
  }

  const writeApp = (files: Files) => writeFiles(appDir, files);
  const restore = () => restoreLayers(layersDir);
  return { appDir, layersDir, server, detect, build, writeApp, restore, [Symbol.asyncDispose]: close };
}

interface PhaseRun {
  root: string;
  env: Record<string, string>;
  run: RunProgram;
  helperRuntime: string;
  today: Date;
}

async function runOnce(
  buildpack: AnyBuildpack,
  phase: 'detect' | 'build',
  { root, env, run, helperRuntime, today }: PhaseRun,
): Promise<PhaseOutcome> {
  const lines: string[] = [];
  const faultFile = join(root, 'fault.json');
  await rm(faultFile, { force: true });
  const code = await runPhase(buildpack, phase, {
    app: join(root, 'app'),
    env: { ...env, DEMA_FAULT_FILE: faultFile },
    print: (line) => lines.push(normalise(line, root)),
    run,
    helperRuntime,
    today,
  });
  return { code, lines, fault: JSON.parse(await readIfThere(faultFile, 'null')) ?? undefined };
}

function normalise(line: string, root: string): string {
  const named = line.replaceAll(join(root, 'app'), '<app>').replaceAll(join(root, 'layers'), '<layers>');
  return named.replace(/\d+(\.\d+)? m?s$/, '<time>').replace(/\d+(\.\d+)? (bytes|kB|MB)$/, '<size>');
}

function baseEnvironment(root: string, server: TestServer): Record<string, string> {
  return {
    PATH: '/usr/bin:/bin',
    HOME: join(root, 'home'),
    CNB_BUILDPACK_DIR: join(root, 'buildpack'),
    CNB_PLATFORM_DIR: join(root, 'platform'),
    CNB_LAYERS_DIR: join(root, 'layers'),
    CNB_BUILD_PLAN_PATH: join(root, 'plan.toml'),
    CNB_BP_PLAN_PATH: join(root, 'entries.toml'),
    CNB_TARGET_OS: 'linux',
    CNB_TARGET_ARCH: 'amd64',
    NPM_CONFIG_REGISTRY: server.url,
  };
}

function entriesOf({ provides, requires }: BuildPlan): PlanEntry[] {
  const provided = new Set(provides.map(({ name }) => name));
  return requires.filter(({ name }) => provided.has(name));
}

async function readLayers(folder: string): Promise<Record<string, LayerDescriptor>> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.toml') && name !== 'launch.toml').sort();
  const layers = files.map(async (file) => {
    return [file.replace(/\.toml$/, ''), parseLayerToml(await readFile(join(folder, file), 'utf8'), file)] as const;
  });
  return Object.fromEntries(await Promise.all(layers));
}

/** Buildpack specification, "Layer types": what is cached comes back whole, of what only the image has the metadata, the rest is gone. */
async function restoreLayers(folder: string): Promise<void> {
  for (const [name, { launch, build, cache, metadata }] of Object.entries(await readLayers(folder))) {
    if (!cache) await rm(join(folder, name), { recursive: true, force: true });
    if (cache || (launch && !build)) await writeFile(join(folder, `${name}.toml`), renderRestoredLayerToml(metadata));
    else await rm(join(folder, `${name}.toml`));
  }
}

async function readIfThere(file: string, instead: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => instead);
}
