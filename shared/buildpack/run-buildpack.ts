import { writeFile } from 'node:fs/promises';
import { asFault, type Fault, formatFault, redact } from '@dema/errors';
import type { AnyBuildpack } from './define-buildpack.ts';
import { detectPhase } from './detect-phase.ts';
import { withNodeOptions } from './environment.ts';
import { buildpackBroken, phaseUnknown } from './faults.ts';
import { findHelperRuntime } from './find-helper-runtime.ts';
import type { Environment } from './settings.ts';
import type { World } from './world.ts';

/**
 * The packaged form: `main.mjs detect` or `main.mjs build`, in the app's folder and with the variables of the Buildpack
 * API; `main.mjs settings` prints what may be set, as JSON. Returns the exit code. A fault is printed, or written as JSON to the file that DEMA_FAULT_FILE names.
 */
export async function runBuildpack(buildpack: AnyBuildpack, argv: string[], given: Environment): Promise<number> {
  const env = withNodeOptions(given);
  const world: World = {
    app: process.cwd(),
    env,
    run: async (...program) => (await import('@dema/exec')).exec(...program),
    helperRuntime: findHelperRuntime(env),
    today: new Date(),
    print: (line) => process.stdout.write(`${redact(line)}\n`),
  };
  return runPhase(buildpack, argv[0], world);
}

/** Each phase loads what it needs: detect runs for every buildpack of a builder, and starts in half the time without the rest. */
export async function runPhase(buildpack: AnyBuildpack, phase: string | undefined, world: World): Promise<number> {
  try {
    if (phase === 'detect') return await detectPhase(buildpack, world);
    if (phase === 'settings') return await printSettings(buildpack, world);
    if (phase !== 'build') throw phaseUnknown(phase);
    const { buildPhase } = await import('./build-phase.ts');
    await buildPhase(buildpack, world);
    return 0;
  } catch (error) {
    const fault = asFault(error, buildpackBroken);
    await tellFault(fault, world);
    return fault.exitCode;
  }
}

/** Whoever packages a folder learns here whether its default export is a buildpack. */
async function printSettings(buildpack: Partial<AnyBuildpack>, { print }: World): Promise<number> {
  const { settings, inspect, build } = buildpack;
  if (!settings || !inspect || !build) return 1;
  const [{ describeSettings }, { COMMON_SETTINGS }] = await Promise.all([
    import('./describe-settings.ts'),
    import('./common-settings.ts'),
  ]);
  print(JSON.stringify(describeSettings({ ...settings, ...COMMON_SETTINGS })));
  return 0;
}

/** An engine that names a file for the fault shows it itself. */
async function tellFault(fault: Fault, { env, print }: World): Promise<void> {
  const { code, problem, fix, blame, details } = fault;
  if (!env.DEMA_FAULT_FILE) return print(formatFault(fault));
  await writeFile(env.DEMA_FAULT_FILE, JSON.stringify({ code, problem, fix, blame, details }));
}
