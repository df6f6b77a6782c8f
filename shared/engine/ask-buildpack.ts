import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Fault, isFault } from '@dema/errors';
import { type BuildPlan, EXIT, escapeId, parseBuildPlan } from '@dema/spec';
import type { BuildpackFolder } from './builder.ts';
import { readBuildpackFault } from './buildpack-fault.ts';
import { baseEnvironment, givenEnvironment, phaseVariables } from './environment.ts';
import { readOutput } from './read-output.ts';
import { runInSandbox } from './sandbox.ts';
import { appMount, buildpackDir, type Session, sandboxOf, sharedMounts, tmpMount } from './session.ts';
import type { Answer } from './settle-order.ts';
import { findTargetMismatch } from './target-mismatch.ts';

/** Exit code by which a buildpack says that the app is not its business (Buildpack specification, "Phase 1: Detection"). */
const DETECT_FAIL = 100;
const EMPTY_PLAN: BuildPlan = { provides: [], requires: [], or: [] };
const NO_REASON = 'it gave no reason';
const SHOWN_LINES = 15;

export interface Detection extends Answer {
  buildpack: BuildpackFolder;
  /** The last line that the buildpack printed, which by our convention is its reason. */
  reason: string;
  /** What one of ours says of its error. */
  fault?: Fault;
  /** The end of what one that broke printed. */
  output: string[];
}

/** Runs `bin/detect` of a buildpack on the app, which it can read and not change. */
export async function askBuildpack(session: Session, buildpack: BuildpackFolder): Promise<Detection> {
  const { descriptor } = buildpack;
  const { id, version } = descriptor.buildpack;
  const silent = { buildpack, plan: EMPTY_PLAN, output: [] };
  const hasBuild = existsSync(join(buildpack.folder, 'bin/build'));
  const mismatch = findTargetMismatch(descriptor, hasBuild, session.target);
  if (mismatch !== undefined) return { ...silent, verdict: 'fail', reason: mismatch, isError: true };
  const scratch = join(session.folders.tmp, `detect-${escapeId(id)}@${version}`);
  await mkdir(scratch);
  const planFile = join(scratch, 'plan.toml');
  await writeFile(planFile, '');
  const { code, lines } = await runDetect(session, buildpack, scratch);
  const reason = lines.findLast((line) => line.trim() !== '')?.trim() ?? '';
  const result = { ...silent, reason: reason || NO_REASON, isError: false };
  if (code === DETECT_FAIL) return { ...result, verdict: 'fail' };
  if (code === 0) return readPlan({ ...result, verdict: 'pass' }, planFile);
  const fault = await readBuildpackFault(join(scratch, 'fault.json'), EXIT.detectErrored);
  const said = fault?.problem ?? `${reason} (exit code ${code})`.trim();
  return { ...result, verdict: 'error', reason: said, fault, output: lines.slice(-SHOWN_LINES), isError: true };
}

async function runDetect(
  session: Session,
  buildpack: BuildpackFolder,
  scratch: string,
): Promise<{ code: number; lines: string[] }> {
  const { builder, host } = session;
  const { descriptor } = buildpack;
  const dir = buildpackDir(buildpack);
  const lines: string[] = [];
  const { code } = await runInSandbox({
    ...sandboxOf(session),
    mounts: [...sharedMounts(session, buildpack), appMount(session, false), tmpMount(scratch)],
    command: [`${dir}/bin/detect`, '/platform', '/tmp/plan.toml'],
    env: {
      ...givenEnvironment(session, baseEnvironment(builder, host.env), descriptor),
      ...phaseVariables(session, descriptor, { dir, CNB_BUILD_PLAN_PATH: '/tmp/plan.toml' }),
      DEMA_FAULT_FILE: '/tmp/fault.json',
    },
    onLine: (line) => lines.push(line),
  });
  return { code, lines };
}

async function readPlan(detection: Detection, file: string): Promise<Detection> {
  try {
    return { ...detection, plan: parseBuildPlan((await readOutput(file)) ?? '', 'plan.toml') };
  } catch (error) {
    if (!isFault(error)) throw error;
    return { ...detection, verdict: 'error', reason: error.problem, isError: true };
  }
}
