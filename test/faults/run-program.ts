import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const BIN = join(import.meta.dirname, '../../scripts/bin/dema.js');

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface BuildEvent {
  type: string;
  [field: string]: unknown;
}

/** A program in a process group of its own, with its output so far. */
export interface Started {
  pid: number;
  child: ChildProcess;
  ended: Promise<Ended>;
}

export function startProgram(
  command: string,
  args: string[],
  env: Record<string, string | undefined>,
  onEvent: (event: BuildEvent) => void = () => undefined,
): Started {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const text = { stdout: '', stderr: '' };
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.stdout += chunk;
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('{"type":')) onEvent(JSON.parse(line));
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...text }));
  return { pid: child.pid ?? 0, child, ended };
}

export function runProgram(command: string, args: string[], env: Record<string, string | undefined>): Promise<Ended> {
  return startProgram(command, args, env).ended;
}

export function eventsOf({ stdout }: Pick<Ended, 'stdout'>): BuildEvent[] {
  return stdout.split('\n').flatMap((line) => (line.startsWith('{"type":') ? [JSON.parse(line)] : []));
}

/** Digest of the image that a build with `--json` wrote; undefined when it failed. */
export function digestOf(ended: Pick<Ended, 'stdout'>): unknown {
  return eventsOf(ended).find(({ type }) => type === 'image-written')?.digest;
}
