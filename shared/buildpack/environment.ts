import { environmentMissing } from './faults.ts';
import type { Environment } from './settings.ts';

/** A variable that the Buildpack API promises. Fault BUILDPACK_ENVIRONMENT_MISSING. */
export function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw environmentMissing(name);
  return value;
}

export function definedOnly(env: Environment): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
