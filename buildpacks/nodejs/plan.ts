import type { Plan, PlanEntry } from '@dema/buildpack';
import type { NodejsApp } from './inspect-app.ts';

const OWN = { 'required-by': 'dema/nodejs' };

/** The names are Paketo's, so that other buildpacks can require what this one makes, and replace it. */
export function planNodejs({ versionWants }: NodejsApp): Plan {
  const [want] = versionWants;
  const version = want ? { version: want.range, 'version-source': want.source } : {};
  return {
    provides: ['node', 'npm', 'node_modules'],
    requires: [
      { name: 'node', metadata: { build: true, launch: true, ...version, ...OWN } },
      { name: 'npm', metadata: { build: true, ...OWN } },
      { name: 'node_modules', metadata: { build: true, launch: true, ...OWN } },
    ],
  };
}

/** What other buildpacks require of this one. */
export function findForeignEntries(plan: PlanEntry[]): PlanEntry[] {
  return plan.filter(({ metadata }) => metadata['required-by'] !== OWN['required-by']);
}
