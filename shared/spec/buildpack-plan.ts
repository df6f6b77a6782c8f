import { type PlanRequire, plainRequires, readRequires } from './build-plan.ts';
import { renderToml } from './render-toml.ts';
import { tomlDocument } from './toml-place.ts';

/** One require that a buildpack is asked to meet; a name occurs as often as it was required. */
export type PlanEntry = PlanRequire;

/** The entries of the file that `CNB_BP_PLAN_PATH` names. */
export function parseBuildpackPlan(text: string, file: string): PlanEntry[] {
  return readRequires(tomlDocument(text, file), 'entries');
}

export function renderBuildpackPlan(entries: PlanEntry[]): string {
  return renderToml({ entries: plainRequires(entries) });
}
