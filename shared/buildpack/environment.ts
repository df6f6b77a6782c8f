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

/**
 * The variables as the platform gave them. NODE_OPTIONS are meant for the Node.js of the app, and may be none for ours, so
 * `bin/detect` and `bin/build` put them aside.
 */
export function withNodeOptions({ DEMA_NODE_OPTIONS: options, ...env }: Environment): Environment {
  return options === undefined ? env : { ...env, NODE_OPTIONS: options };
}
