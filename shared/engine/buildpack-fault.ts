import { type Blame, type Fault, fault } from '@dema/errors';
import { readOutput } from './read-output.ts';

const BLAMES: Blame[] = ['user', 'platform', 'bug'];

/** What one of our own buildpacks wrote to the file that DEMA_FAULT_FILE names, with the exit code of the phase. Of others there is none. */
export async function readBuildpackFault(file: string, exitCode: number): Promise<Fault | undefined> {
  const text = await readOutput(file);
  return text === undefined ? undefined : parseBuildpackFault(text, exitCode);
}

/** Undefined for anything that is no fault: the file could have been written by whatever ran in the build. */
export function parseBuildpackFault(text: string, exitCode: number): Fault | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { code, problem, fix, blame, details = [] } = value as Record<string, unknown>;
  if (!isText(code) || !isText(problem) || !isText(fix) || !BLAMES.includes(blame as Blame)) return undefined;
  if (!Array.isArray(details) || !details.every(isText)) return undefined;
  return fault(code, { problem, fix, blame: blame as Blame, details, exitCode });
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
