import { askBuildpack, type Detection } from './ask-buildpack.ts';
import type { BuildpackFolder } from './builder.ts';
import { expandOrder, listBuildpacks } from './expand-order.ts';
import { nothingDetected } from './faults.ts';
import type { Session } from './session.ts';
import { type RefusedOrder, type SettledOrder, settleOrder } from './settle-order.ts';
import type { SettledPlan } from './settle-plan.ts';
import { findUnknownSettings } from './unknown-settings.ts';

export interface Detected extends SettledPlan {
  buildpacks: BuildpackFolder[];
}

/**
 * Asks every buildpack of the order, in parallel, and takes the first group whose plan can be settled.
 * When there is none it throws the fault of one of ours that broke, else `ENGINE_DETECT_NONE` with everybody's reason.
 */
export async function detect(session: Session): Promise<Detected> {
  const { builder, execEnv, onEvent } = session;
  const answers = await Promise.all(
    listBuildpacks(builder, execEnv).map((buildpack) => askBuildpack(session, buildpack)),
  );
  for (const { buildpack, verdict, reason } of answers) {
    onEvent({ type: 'detected', ...nameOf(buildpack), verdict, reason });
  }
  const result = settleOrder(
    expandOrder(builder, execEnv),
    new Map(answers.map((answer) => [answer.buildpack, answer])),
  );
  if ('settled' in result) return takeGroup(session, result);
  throw answers.find(({ fault }) => fault !== undefined)?.fault ?? noGroup(answers, result);
}

function nameOf({ descriptor }: BuildpackFolder): { buildpack: string; version: string } {
  return { buildpack: descriptor.buildpack.id, version: descriptor.buildpack.version };
}

function takeGroup({ builder, userEnv, onEvent }: Session, { group, settled }: SettledOrder): Detected {
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

function noGroup(detections: Detection[], { refusals, hadErrors }: RefusedOrder): ReturnType<typeof nothingDetected> {
  const reasons = detections.flatMap(({ buildpack, verdict, reason, output }) => [
    `${nameOf(buildpack).buildpack}: ${verdict}: ${reason}`,
    ...output.map((line) => `  ${line}`),
  ]);
  return nothingDetected([...reasons, ...refusals], hadErrors);
}
