import { type Bytes, encode } from './bytes.ts';
import type { Environment } from './environment.ts';
import { BUSYBOX } from './place.ts';

export interface Plan {
  folder: string;
  env: Environment;
  /** Begins with the path of a program, or its name on the PATH of `env`. */
  command: Bytes[];
}

/**
 * What the stub evaluates; its last word is `exec`, so the app takes the launcher's place. `env` starts the program instead
 * of the shell because a shell drops variables whose names it could not assign, as `spring.profiles.active`.
 */
export function renderPlan({ folder, env, command }: Plan): Bytes {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const words = [encode(BUSYBOX), 'env', '-i', '--', ...variables, ...guardProgram(command)];
  return `cd -P -- ${quote(encode(folder))} && exec ${words.map(quote).join(' ')}\nexit 82\n` as Bytes;
}

/** `env` would take a path with an equals sign for one more variable. */
function guardProgram(command: Bytes[]): string[] {
  return command[0]?.includes('=') ? [encode(BUSYBOX), 'sh', '-c', 'exec "$0" "$@"', ...command] : command;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
