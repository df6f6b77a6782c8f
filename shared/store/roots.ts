import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Environment = Record<string, string | undefined>;

/** Folder of what can be made again: `DEMA_CACHE`, else `dema` below `XDG_CACHE_HOME`, else below `~/.cache`. */
export function determineStoreRoot(env: Environment): string {
  if (env.DEMA_CACHE) return resolve(env.DEMA_CACHE);
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'dema');
}

/** Folder of what a person made and wants to keep: `dema` below `XDG_DATA_HOME`, else below `~/.local/share`. */
export function determineDataRoot(env: Environment): string {
  return join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'dema');
}
