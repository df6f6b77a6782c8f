import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, fault } from '@dema/errors';
import {
  type BuildpackDescriptor,
  escapeId,
  type LaunchDescriptor,
  type LayerDescriptor,
  parseBuildToml,
  parseLaunchToml,
  parseLayerToml,
  parseStoreToml,
  renderBuildpackPlan,
} from '@dema/spec';
import { type BuildpackFolder, LAYERS_DIR } from './builder.ts';
import { type Detected, sandboxOf, tmpMount } from './detect.ts';
import { baseEnvironment, phaseVariables, withBuildLayers, withPlatformEnv } from './environment.ts';
import { buildpackFailed, buildpackFileInvalid } from './faults.ts';
import { runInSandbox } from './sandbox.ts';
import { appMount, buildpackDir, type Session, sharedMounts } from './session.ts';
import type { SettledEntry } from './settle-plan.ts';

/** What one buildpack left behind. */
export interface BuiltBuildpack {
  descriptor: BuildpackDescriptor;
  /** The buildpack's folder below `/layers`, on this machine. */
  folder: string;
  layers: Map<string, LayerDescriptor>;
  launch: LaunchDescriptor;
  store?: { metadata: Record<string, unknown> };
}

/** Names that a layer cannot have: their `.toml` files mean something else. */
const RESERVED = new Set(['launch', 'build', 'store']);

/** Runs the buildpacks of the group one after the other, each with what the ones before it left for the build. */
export async function build(session: Session, { buildpacks, entries }: Detected): Promise<BuiltBuildpack[]> {
  let env = baseEnvironment(session.builder, session.host.env);
  let unmet = entries;
  const built: BuiltBuildpack[] = [];
  for (const buildpack of buildpacks) {
    const result = await runBuildpack(session, buildpack, unmet, env);
    unmet = await withoutMet(unmet, result);
    env = await withBuildLayers(env, result.folder, escapeId(result.descriptor.buildpack.id));
    built.push(result);
  }
  return built;
}

async function runBuildpack(
  session: Session,
  buildpack: BuildpackFolder,
  entries: SettledEntry[],
  env: Record<string, string>,
): Promise<BuiltBuildpack> {
  const { builder, folders, host, userEnv, onEvent } = session;
  const { id, version } = buildpack.descriptor.buildpack;
  const dir = buildpackDir(buildpack);
  const layersDir = `${LAYERS_DIR}/${escapeId(id)}`;
  const scratch = join(folders.tmp, `build-${escapeId(id)}`);
  await mkdir(scratch);
  await writeFile(join(scratch, 'plan.toml'), renderBuildpackPlan(entriesOf(entries, id)));
  const start = performance.now();
  onEvent({ type: 'buildpack-start', buildpack: id, version });
  const { code } = await runInSandbox({
    ...sandboxOf(session),
    mounts: [
      ...sharedMounts(session, buildpack),
      appMount(session, true),
      { source: folders.layers, target: LAYERS_DIR },
      { source: join(folders.layers, escapeId(id)), target: layersDir, writable: true },
      tmpMount(scratch),
    ],
    command: [`${dir}/bin/build`, layersDir, '/platform', '/tmp/plan.toml'],
    env: {
      ...withPlatformEnv(env, { ...host.env, ...userEnv }, buildpack),
      ...phaseVariables(builder, dir),
      CNB_LAYERS_DIR: layersDir,
      CNB_BP_PLAN_PATH: '/tmp/plan.toml',
      DEMA_STORE: '/platform/store',
      DEMA_INBOX: '/platform/inbox',
      DEMA_FAULT_FILE: '/tmp/fault.json',
    },
    onLine: (line) => onEvent({ type: 'buildpack-output', buildpack: id, line }),
  });
  if (code !== 0) throw await failureOf(join(scratch, 'fault.json'), id, version, code);
  await rm(scratch, { recursive: true, force: true });
  onEvent({ type: 'buildpack-end', buildpack: id, durationMs: performance.now() - start });
  return readBuilt(buildpack.descriptor, join(folders.layers, escapeId(id)));
}

/** The entries that a buildpack may meet, one for each `requires` (Buildpack specification, "Buildpack Plan"). */
function entriesOf(entries: SettledEntry[], id: string): { name: string; metadata: Record<string, unknown> }[] {
  return entries
    .filter(({ providers }) => providers.some((provider) => provider.id === id))
    .flatMap(({ requires }) => requires);
}

/** Our own buildpacks say what went wrong as a fault; of others only the exit code is known. */
async function failureOf(file: string, id: string, version: string, code: number): Promise<Fault> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return buildpackFailed(id, version, code);
  const { code: name, ...details } = JSON.parse(text);
  return fault(name, { ...details, exitCode: buildpackFailed(id, version, code).exitCode });
}

async function withoutMet(entries: SettledEntry[], { descriptor, folder }: BuiltBuildpack): Promise<SettledEntry[]> {
  const { id } = descriptor.buildpack;
  const offered = entries.filter(({ providers }) => providers.some((provider) => provider.id === id));
  const file = join(folder, 'build.toml');
  const text = await readIfThere(file);
  const unmet = new Set(text === undefined ? [] : parseBuildToml(text, file).unmet);
  const unknown = [...unmet].find((name) => !offered.some((entry) => entry.name === name));
  if (unknown !== undefined)
    throw buildpackFileInvalid(id, `build.toml calls "${unknown}" unmet, which was not in its plan`);
  return entries.filter((entry) => !offered.includes(entry) || unmet.has(entry.name));
}

async function readBuilt(descriptor: BuildpackDescriptor, folder: string): Promise<BuiltBuildpack> {
  const layers = new Map<string, LayerDescriptor>();
  const files = (await readdir(folder)).filter((name) => name.endsWith('.toml')).sort();
  for (const file of files) {
    const name = file.slice(0, -'.toml'.length);
    if (RESERVED.has(name)) continue;
    const layer = parseLayerToml(await readFile(join(folder, file), 'utf8'), file);
    if (layer.launch || layer.build || layer.cache) layers.set(name, layer);
    else await putAside(folder, name);
  }
  const launch = await readIfThere(join(folder, 'launch.toml'));
  const store = await readIfThere(join(folder, 'store.toml'));
  return {
    descriptor,
    folder,
    layers,
    launch: parseLaunchToml(launch ?? '', 'launch.toml', descriptor.api),
    store: store === undefined ? undefined : parseStoreToml(store, 'store.toml'),
  };
}

/** A layer without any type is of no use to later phases; the lifecycle renames it in the same way. */
async function putAside(folder: string, name: string): Promise<void> {
  await rename(join(folder, name), join(folder, `${name}.ignore`)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
