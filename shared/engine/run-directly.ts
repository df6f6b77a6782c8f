import { type ExecResult, exec } from '@dema/exec';
import { checkWords } from './check-words.ts';
import type { Mount, SandboxRun } from './sandbox.ts';
import { isInside } from './volume.ts';

/** Gives the path that a path of the sandbox is mounted from; any other text stays as it is. */
export function createPathMap(mounts: readonly Mount[]): (text: string) => string {
  const binds = mounts.flatMap((mount) => ('source' in mount ? [mount] : []));
  const nearest = binds.sort((left, right) => right.target.length - left.target.length);
  return (text) => {
    const place = nearest.find(({ target }) => isInside(text, target));
    return place ? place.source + text.slice(place.target.length) : text;
  };
}

/**
 * Runs a command of a build without a sandbox, in a container that is one itself. What would be mounted is used where it
 * lies: every path of the sandbox in the command and its variables becomes the one that it would be mounted from.
 */
export async function runDirectly({
  mounts,
  command,
  env,
  workingDir,
  onLine,
  signal,
}: SandboxRun): Promise<ExecResult> {
  checkWords([...command, ...Object.entries(env).flat()]);
  const toHost = createPathMap(mounts);
  const variables = Object.entries(env).map(([name, value]) => [name, toHost(value)]);
  const [program = '', ...args] = command.map(toHost);
  return exec(program, args, {
    cwd: workingDir,
    env: { ...Object.fromEntries(variables), TMPDIR: toHost('/tmp') },
    onLine: onLine && ((line) => onLine(line)),
    signal,
  });
}
