import { writeFile } from 'node:fs/promises';
import { type BuildPlan, openBindings, renderBuildPlan } from '@dema/spec';
import { BINDING_FILES } from './binding-files.ts';
import type { AnyBuildpack, Plan } from './define-buildpack.ts';
import { required } from './environment.ts';
import { viewFolder } from './folder-view.ts';
import { readSettings } from './settings.ts';
import type { World } from './world.ts';

/** Exit code by which a buildpack says that the app is not its business (Buildpack specification, "Phase 1: Detection"). */
const DETECT_FAIL = 100;

/** `bin/detect`: prints the reason and writes the build plan. Returns the exit code. */
export async function detectPhase(buildpack: AnyBuildpack, { app, env, print }: World): Promise<number> {
  const settings = readSettings(buildpack.settings, env);
  const bindings = openBindings({ env, platformDir: env.CNB_PLATFORM_DIR, files: BINDING_FILES });
  const inspection = await buildpack.inspect({ app: viewFolder(app), settings, bindings });
  if (!inspection.found) {
    print(inspection.reason);
    return DETECT_FAIL;
  }
  const plan = buildpack.plan?.({ settings, facts: inspection.facts }) ?? {};
  await writeFile(required(env, 'CNB_BUILD_PLAN_PATH'), renderBuildPlan(toBuildPlan(plan)));
  print(inspection.reason);
  return 0;
}

function toBuildPlan(plan: Plan): BuildPlan {
  return { ...toAlternative(plan), or: (plan.or ?? []).map(toAlternative) };
}

function toAlternative({ provides = [], requires = [] }: Omit<Plan, 'or'>): Omit<BuildPlan, 'or'> {
  return {
    provides: provides.map((name) => ({ name })),
    requires: requires.map((wanted) => {
      const { name, metadata = {} } = typeof wanted === 'string' ? { name: wanted } : wanted;
      return { name, metadata };
    }),
  };
}
