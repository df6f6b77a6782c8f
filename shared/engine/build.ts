import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dependency, type DependencyLock, LOCK_FILE } from '@dema/dependencies';
import type { Fault } from '@dema/errors';
import { escapeId, renderBuildpackPlan } from '@dema/spec';
import { diskFull, removeFolder } from '@dema/store';

import { type BuildpackFolder, LAYERS_DIR } from './builder.ts';
import { readBuildpackFault } from './buildpack-fault.ts';
import { type BuiltBuildpack, readBuilt } from './built-buildpack.ts';
import type { Detected } from './detect.ts';
import { baseEnvironment, givenEnvironment, phaseVariables, withBuildLayers } from './environment.ts';
import { buildpackFailed } from './faults.ts';
import { type LayersFolder, layersMount } from './layers-folder.ts';
import { copyPlacedFolders, type PlacedFolder, readPlacedFolders } from './placed-folders.ts';
import { entriesOf, withoutMet } from './plan-entries.ts';
import { collectResolved, dependencyFiles } from './resolved-dependencies.ts';
import { runInSandbox } from './sandbox.ts';
import { appMount, buildpackDir, type Session, sandboxOf, sharedMounts, tmpMount } from './session.ts';
import type { SettledEntry } from './settle-plan.ts';
import { PROGRESS_FILE, watchProgress } from './watch-progress.ts';

export interface Built {
  buildpacks: BuiltBuildpack[];
  /** By the last buildpack: those of the ones before it were copied into the app's folder. */
  placed: PlacedFolder[];
  /** What each installed, by their ids. */
  resolved: DependencyLock;
  /** Whether all of them say that they would do the same again. */
  isRepeatable: boolean;
}

/** Where, relative to its layers folder, one of our own buildpacks names folders that it placed in the app. */
const PLACED_FILE = 'placed.jsonl';

/** By which one of our own buildpacks says that another build of the same would do the same. */
const REPEATABLE_FILE = 'repeatable';

/** Runs the buildpacks of the group one after the other, each with what the ones before it left for the build. */
export async function build(
  session: Session,
  { buildpacks, entries }: Detected,
  restored: Map<BuildpackFolder, LayersFolder>,
): Promise<Built> {
  let env = baseEnvironment(session.builder, session.host.env);
  let unmet = entries;
  let placed: PlacedFolder[] = [];
  const built: BuiltBuildpack[] = [];
  const resolved: DependencyLock = {};
  let isRepeatable = true;
  for (const buildpack of buildpacks) {
    const folder = restored.get(buildpack);
    if (folder === undefined) throw new Error(`${buildpack.folder} has no layers folder`);
    await copyPlacedFolders(session.folders.app, placed);
    const others = [...restored.values()].filter((one) => one !== folder);
    const run = () => runBuildpack(session, buildpack, { entries: unmet, env, folder, others });
    const progressFile = join(scratchFolder(session, folder.id), PROGRESS_FILE);
    const done = await watchProgress(progressFile, session.onProgress, run);
    resolved[folder.id] = done.resolved;
    isRepeatable &&= done.isRepeatable;
    const result = await readBuilt(session, buildpack.descriptor, folder);
    unmet = withoutMet(unmet, folder.id, result.unmet);
    env = await withBuildLayers(env, escapeId(folder.id), result.layers);
    placed = await readPlacedFolders(join(folder.path, PLACED_FILE), {
      app: session.folders.app,
      id: folder.id,
      layers: result.layers,
    });
    built.push(result);
  }
  return { buildpacks: built, placed, resolved, isRepeatable };
}

/** What the system's message for a full disk is in any program. A buildpack writes to the disk of the store alone. */
const NO_SPACE = /no space left on device/i;

interface BuildpackRun {
  entries: SettledEntry[];
  env: Record<string, string>;
  folder: LayersFolder;
  /** Layers of the other buildpacks. */
  others: LayersFolder[];
}

interface BuildpackResult {
  resolved: Dependency[];
  isRepeatable: boolean;
}

/** What the buildpack sees as `/tmp`. */
function scratchFolder({ folders }: Session, id: string): string {
  return join(folders.tmp, `build-${escapeId(id)}`);
}

async function runBuildpack(
  session: Session,
  buildpack: BuildpackFolder,
  { entries, env, folder, others }: BuildpackRun,
): Promise<BuildpackResult> {
  const { folders, onEvent } = session;
  const { id, version } = buildpack.descriptor.buildpack;
  const dir = buildpackDir(buildpack);
  const layersDir = `${LAYERS_DIR}/${escapeId(id)}`;
  const scratch = await makeScratch(session, id, entries);
  let isDiskFull = false;
  const start = performance.now();
  onEvent({ type: 'buildpack-start', buildpack: id, version });
  const { code } = await runInSandbox({
    ...sandboxOf(session),
    mounts: [
      ...sharedMounts(session, buildpack),
      appMount(session, true),
      { source: folders.layers, target: LAYERS_DIR },
      ...others.map((other) => layersMount(other, false)),
      layersMount(folder, true),
      tmpMount(scratch),
    ],
    command: [`${dir}/bin/build`, layersDir, '/platform', '/tmp/plan.toml'],
    env: {
      ...givenEnvironment(session, env, buildpack.descriptor),
      ...phaseVariables(session, buildpack.descriptor, {
        dir,
        CNB_LAYERS_DIR: layersDir,
        CNB_BP_PLAN_PATH: '/tmp/plan.toml',
      }),
      DEMA_STORE: '/platform/store',
      DEMA_INBOX: '/platform/inbox',
      DEMA_PLACED_FILE: `${layersDir}/${PLACED_FILE}`,
      DEMA_FAULT_FILE: '/tmp/fault.json',
      DEMA_REPEATABLE_FILE: `/tmp/${REPEATABLE_FILE}`,
      ...dependencyFiles('/tmp'),
    },
    onLine: (line) => {
      isDiskFull ||= NO_SPACE.test(line);
      onEvent({ type: 'buildpack-output', buildpack: id, line });
    },
  });
  if (code !== 0) throw await explainFailure(session, buildpack, { code, scratch, isDiskFull });
  const resolved = await collectResolved(scratch, id, onEvent);
  const isRepeatable = existsSync(join(scratch, REPEATABLE_FILE));
  await removeFolder(scratch);
  onEvent({ type: 'buildpack-end', buildpack: id, durationMs: performance.now() - start });
  return { resolved, isRepeatable };
}

interface BuildFailure {
  code: number;
  scratch: string;
  /** Whether a line of its output says so. */
  isDiskFull: boolean;
}

/** What the buildpack itself says of its failure, unless that is the disk, whose path it does not know. */
async function explainFailure(
  { store }: Session,
  { descriptor }: BuildpackFolder,
  { code, scratch, isDiskFull }: BuildFailure,
): Promise<Fault> {
  const { id, version } = descriptor.buildpack;
  const failed = buildpackFailed(id, version, code);
  const told = await readBuildpackFault(join(scratch, 'fault.json'), failed.exitCode);
  const isFull = isDiskFull || told?.code === 'STORE_DISK_FULL' || NO_SPACE.test(told?.problem ?? '');
  return isFull ? diskFull(store.root, told) : (told ?? failed);
}

/** The folder that a buildpack has for itself while it builds, with what is meant for it. */
async function makeScratch(session: Session, id: string, entries: SettledEntry[]): Promise<string> {
  const scratch = scratchFolder(session, id);
  await mkdir(scratch);
  await writeFile(join(scratch, 'plan.toml'), renderBuildpackPlan(entriesOf(entries, id)));
  if (session.lock !== undefined) await writeFile(join(scratch, LOCK_FILE), session.lock);
  return scratch;
}
