import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, isFault } from '@dema/errors';
import { type BuildPlan, EXIT, escapeId, parseBuildPlan, supportsApi } from '@dema/spec';
import type { Builder, BuildpackFolder, GroupMember } from './builder.ts';
import { readBuildpackFault } from './buildpack-fault.ts';
import { baseEnvironment, phaseVariables, withPlatformEnv } from './environment.ts';
import type { Verdict } from './events.ts';
import { buildpackApiUnsupported, buildpackMissing, nothingDetected } from './faults.ts';
import { runInSandbox } from './sandbox.ts';
import { appMount, buildpackDir, type Session, sandboxOf, sharedMounts, tmpMount } from './session.ts';
import { alternativesOf, type SettledPlan, settlePlan } from './settle-plan.ts';

/** Exit code by which a buildpack says that the app is not its business (Buildpack specification, "Phase 1: Detection"). */
const DETECT_FAIL = 100;

const EMPTY_PLAN: BuildPlan = { provides: [], requires: [], or: [] };

interface Detection {
  buildpack: BuildpackFolder;
  verdict: Verdict;
  /** The last line that the buildpack printed, which by our convention is its reason. */
  reason: string;
  plan: BuildPlan;
  /** What one of ours says of its error. */
  fault?: Fault;
}

export interface Detected extends SettledPlan {
  buildpacks: BuildpackFolder[];
}

/**
 * Asks every buildpack of the order, in parallel, and takes the first group whose plan can be settled.
 * When there is none it throws the fault of one of ours that broke, else `ENGINE_DETECT_NONE` with everybody's reason.
 */
export async function detect(session: Session): Promise<Detected> {
  const { builder, onEvent } = session;
  const groups = builder.order.map((group) => group.map((member) => ({ ...member, ...findMember(builder, member) })));
  const detections = new Map<BuildpackFolder, Detection>();
  const asked = new Set(groups.flat().map(({ buildpack }) => buildpack));
  await Promise.all(
    [...asked].map(async (buildpack) => detections.set(buildpack, await askBuildpack(session, buildpack))),
  );
  for (const { buildpack, verdict, reason } of detections.values()) {
    onEvent({ type: 'detected', ...nameOf(buildpack), verdict, reason });
  }
  const refusals: string[] = [];
  for (const group of groups) {
    const settlement = settleGroup(group, detections);
    if ('refused' in settlement) {
      refusals.push(settlement.refused);
      continue;
    }
    const { settled } = settlement;
    for (const { id, reason } of settled.dropped) {
      const version = group.find(({ buildpack }) => nameOf(buildpack).buildpack === id)?.version ?? '';
      onEvent({ type: 'detected', buildpack: id, version, verdict: 'unmet', reason });
    }
    onEvent({ type: 'plan-settled', group: settled.group, names: settled.entries.map(({ name }) => name) });
    const byId = new Map([...asked].map((buildpack) => [nameOf(buildpack).buildpack, buildpack]));
    return { ...settled, buildpacks: settled.group.flatMap(({ id }) => byId.get(id) ?? []) };
  }
  const faults = [...detections.values()].flatMap(({ fault }) => fault ?? []);
  throw faults[0] ?? noGroup([...detections.values()], refusals);
}

function findMember(builder: Builder, { id, version }: GroupMember): { buildpack: BuildpackFolder } {
  const buildpack = builder.buildpacks.find(
    ({ descriptor }) => descriptor.buildpack.id === id && (!version || descriptor.buildpack.version === version),
  );
  if (buildpack === undefined) throw buildpackMissing(id, builder.name);
  if (!supportsApi('buildpack', buildpack.descriptor.api)) throw buildpackApiUnsupported(id, buildpack.descriptor.api);
  return { buildpack };
}

function nameOf({ descriptor }: BuildpackFolder): { buildpack: string; version: string } {
  return { buildpack: descriptor.buildpack.id, version: descriptor.buildpack.version };
}

async function askBuildpack(session: Session, buildpack: BuildpackFolder): Promise<Detection> {
  const { builder, host, userEnv } = session;
  const dir = buildpackDir(buildpack);
  const scratch = join(session.folders.tmp, `detect-${escapeId(buildpack.descriptor.buildpack.id)}`);
  await mkdir(scratch);
  const planFile = join(scratch, 'plan.toml');
  await writeFile(planFile, '');
  const env = withPlatformEnv(baseEnvironment(builder, host.env), { ...host.env, ...userEnv }, buildpack);
  const lines: string[] = [];
  const { code } = await runInSandbox({
    ...sandboxOf(session),
    mounts: [...sharedMounts(session, buildpack), appMount(session, false), tmpMount(scratch)],
    command: [`${dir}/bin/detect`, '/platform', '/tmp/plan.toml'],
    env: {
      ...env,
      ...phaseVariables(builder, dir),
      CNB_BUILD_PLAN_PATH: '/tmp/plan.toml',
      DEMA_FAULT_FILE: '/tmp/fault.json',
    },
    onLine: (line) => lines.push(line),
  });
  const reason = lines.findLast((line) => line.trim() !== '')?.trim() ?? '';
  if (code === DETECT_FAIL)
    return { buildpack, verdict: 'fail', reason: reason || 'it gave no reason', plan: EMPTY_PLAN };
  if (code !== 0) {
    const fault = await readBuildpackFault(join(scratch, 'fault.json'), EXIT.detectErrored);
    const said = fault?.problem ?? `${reason} (exit code ${code})`.trim();
    return { buildpack, verdict: 'error', reason: said, plan: EMPTY_PLAN, fault };
  }
  return readPlan(buildpack, planFile, reason || 'it gave no reason');
}

async function readPlan(buildpack: BuildpackFolder, file: string, reason: string): Promise<Detection> {
  try {
    return { buildpack, verdict: 'pass', reason, plan: parseBuildPlan(await readFile(file, 'utf8'), 'plan.toml') };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { buildpack, verdict: 'error', reason: error.problem, plan: EMPTY_PLAN };
  }
}

type GroupElement = GroupMember & { buildpack: BuildpackFolder };

function settleGroup(
  group: GroupElement[],
  detections: Map<BuildpackFolder, Detection>,
): ReturnType<typeof settlePlan> {
  const passed: (GroupElement & { plan: BuildPlan })[] = [];
  for (const member of group) {
    const detection = detections.get(member.buildpack);
    if (detection?.verdict === 'pass') passed.push({ ...member, plan: detection.plan });
    else if (!member.optional) return { refused: `${member.id} says no: ${detection?.reason}` };
  }
  if (passed.length === 0) return { refused: 'none of its buildpacks says yes' };
  return settlePlan(
    passed.map(({ id, optional, buildpack, plan }) => ({
      id,
      version: buildpack.descriptor.buildpack.version,
      optional,
      plans: alternativesOf(plan),
    })),
  );
}

function noGroup(detections: Detection[], refusals: string[]): ReturnType<typeof nothingDetected> {
  const reasons = detections.map(
    ({ buildpack, verdict, reason }) => `${nameOf(buildpack).buildpack}: ${verdict}: ${reason}`,
  );
  const unsettled = refusals.filter((refusal) => !refusal.includes(' says no: '));
  const hadErrors = detections.some(({ verdict }) => verdict === 'error');
  return nothingDetected([...reasons, ...new Set(unsettled)], hadErrors);
}
