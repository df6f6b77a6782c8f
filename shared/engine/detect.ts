import { supportsApi } from '@dema/spec';
import { askBuildpack, type Detection } from './ask-buildpack.ts';
import type { Builder, BuildpackFolder, GroupMember } from './builder.ts';
import { buildpackApiUnsupported, buildpackMissing, nothingDetected } from './faults.ts';
import type { Session } from './session.ts';
import { alternativesOf, type Candidate, type SettledPlan, type Settlement, settlePlan } from './settle-plan.ts';
import { findUnknownSettings } from './unknown-settings.ts';

export interface Detected extends SettledPlan {
  buildpacks: BuildpackFolder[];
}

type GroupElement = GroupMember & { buildpack: BuildpackFolder };

/**
 * Asks every buildpack of the order, in parallel, and takes the first group whose plan can be settled.
 * When there is none it throws the fault of one of ours that broke, else `ENGINE_DETECT_NONE` with everybody's reason.
 */
export async function detect(session: Session): Promise<Detected> {
  const { builder, onEvent } = session;
  const groups = builder.order.map((group) => groupElements(builder, group));
  const asked = [...new Set(groups.flat().map(({ buildpack }) => buildpack))];
  const answers = await Promise.all(asked.map((buildpack) => askBuildpack(session, buildpack)));
  for (const { buildpack, verdict, reason } of answers) {
    onEvent({ type: 'detected', ...nameOf(buildpack), verdict, reason });
  }
  const detections = new Map(answers.map((answer) => [answer.buildpack, answer]));
  const refusals: string[] = [];
  for (const group of groups) {
    const settlement = settleGroup(group, detections);
    if ('settled' in settlement) return takeGroup(session, group, settlement.settled);
    refusals.push(settlement.refused);
  }
  throw answers.find(({ fault }) => fault !== undefined)?.fault ?? noGroup(answers, refusals);
}

/** A buildpack that stands twice in a group counts once, the first time. */
function groupElements(builder: Builder, group: GroupMember[]): GroupElement[] {
  const first = new Map(group.toReversed().map((member) => [member.id, member]));
  return group
    .filter((member) => first.get(member.id) === member)
    .map((member) => ({ ...member, buildpack: findMember(builder, member) }));
}

function findMember(builder: Builder, { id, version }: GroupMember): BuildpackFolder {
  const buildpack = builder.buildpacks.find(
    ({ descriptor }) => descriptor.buildpack.id === id && (!version || descriptor.buildpack.version === version),
  );
  if (buildpack === undefined) throw buildpackMissing(id, builder.name);
  if (!supportsApi('buildpack', buildpack.descriptor.api)) throw buildpackApiUnsupported(id, buildpack.descriptor.api);
  return buildpack;
}

function nameOf({ descriptor }: BuildpackFolder): { buildpack: string; version: string } {
  return { buildpack: descriptor.buildpack.id, version: descriptor.buildpack.version };
}

function settleGroup(group: GroupElement[], detections: Map<BuildpackFolder, Detection>): Settlement {
  const passed: Candidate[] = [];
  for (const { id, optional, buildpack } of group) {
    const detection = detections.get(buildpack);
    if (detection?.verdict === 'pass') {
      const { version } = buildpack.descriptor.buildpack;
      passed.push({ id, version, optional, plans: alternativesOf(detection.plan) });
    } else if (!optional) return { refused: `${id} says no: ${detection?.reason}` };
  }
  return passed.length === 0 ? { refused: 'none of its buildpacks says yes' } : settlePlan(passed);
}

function takeGroup({ builder, userEnv, onEvent }: Session, group: GroupElement[], settled: SettledPlan): Detected {
  const byId = new Map(group.map(({ id, buildpack }) => [id, buildpack]));
  for (const { id, reason } of settled.dropped) {
    const version = byId.get(id)?.descriptor.buildpack.version ?? '';
    onEvent({ type: 'detected', buildpack: id, version, verdict: 'unmet', reason });
  }
  onEvent({ type: 'plan-settled', group: settled.group, names: settled.entries.map(({ name }) => name) });
  const buildpacks = settled.group.flatMap(({ id }) => byId.get(id) ?? []);
  const unknown = findUnknownSettings(userEnv, buildpacks, builder.buildpacks);
  for (const setting of unknown) onEvent({ type: 'setting-unknown', ...setting });
  return { ...settled, buildpacks };
}

function noGroup(detections: Detection[], refusals: string[]): ReturnType<typeof nothingDetected> {
  const reasons = detections.flatMap(({ buildpack, verdict, reason, output }) => [
    `${nameOf(buildpack).buildpack}: ${verdict}: ${reason}`,
    ...output.map((line) => `  ${line}`),
  ]);
  const unsettled = refusals.filter((refusal) => !refusal.includes(' says no: '));
  const hadErrors = detections.some(({ verdict }) => verdict === 'error');
  return nothingDetected([...reasons, ...new Set(unsettled)], hadErrors);
}
