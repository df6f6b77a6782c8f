import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';

export interface ServerProcess {
  pid: number;
  /** What it printed so far, both streams. */
  output(): string;
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a program that serves until it is told to end; it ends with the process that started it, too.
 * @param isReady asked again and again until it says so
 * Throws with what the program printed when it ends before.
 */
export async function startServer(
  [command = '', ...args]: string[],
  env: NodeJS.ProcessEnv,
  isReady: (output: string) => boolean | Promise<boolean>,
): Promise<ServerProcess> {
  const child = spawn('setpriv', ['--pdeathsig', 'TERM', command, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  }
  const ended = once(child, 'close');
  while (!(await isReady(output))) {
    if (child.exitCode !== null) throw new Error(`${command} does not serve:\n${output}`);
    await wait(20);
  }
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { pid: child.pid ?? 0, output: () => output, stop };
}
