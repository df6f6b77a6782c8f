import type { BuildPlan } from '@dema/spec';
import type { BuildpackFolder } from './builder.ts';
import type { Verdict } from './events.ts';
import type { GroupElement } from './expand-order.ts';
import { alternativesOf, type Candidate, type SettledPlan, settlePlan } from './settle-plan.ts';

/** What came of asking a buildpack. */
export interface Answer {
  verdict: Verdict;
  reason: string;
  plan: BuildPlan;
  /** It did not say no: it broke, or could not be asked. A build that fails for it ends with another exit code. */
  isError: boolean;
}

export interface SettledOrder {
  group: GroupElement[];
  settled: SettledPlan;
}

export interface RefusedOrder {
  /** Why groups that everybody said yes to could not be taken. */
  refusals: string[];
  /** Whether a group was refused in which a buildpack did not just say no. */
  hadErrors: boolean;
}

/** Takes the first group in which everybody needed says yes, and whose plan can be settled. */
export function settleOrder(
  groups: Iterable<GroupElement[]>,
  answers: ReadonlyMap<BuildpackFolder, Answer>,
): SettledOrder | RefusedOrder {
  const refusals = new Set<string>();
  let hadErrors = false;
  for (const group of groups) {
    const answered = group.map((element) => ({ element, answer: answers.get(element.buildpack) }));
    if (answered.some(({ element, answer }) => answer?.verdict !== 'pass' && !element.optional)) {
      hadErrors ||= answered.some(({ answer }) => answer?.isError);
      continue;
    }
    const passed = answered.flatMap(({ element, answer }): Candidate[] => {
      if (answer?.verdict !== 'pass') return [];
      const { version } = element.buildpack.descriptor.buildpack;
      return [{ id: element.id, version, optional: element.optional, plans: alternativesOf(answer.plan) }];
    });
    const settlement = passed.length === 0 ? { refused: 'none of its buildpacks says yes' } : settlePlan(passed);
    if ('settled' in settlement) return { group, settled: settlement.settled };
    refusals.add(settlement.refused);
  }
  return { refusals: [...refusals], hadErrors };
}
