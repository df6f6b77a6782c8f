import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

export interface Measured {
  seconds: number;
  /** Bytes: the highest resident memory of the largest of its processes. */
  memory: number;
  stdout: string;
}

const POLL_MS = 10;

/** Runs a command to its end. Throws with what it printed when it fails: a failed run has no time. */
export async function measure(
  command: string,
  args: string[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Measured> {
  const start = performance.now();
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  let code: number | null | undefined;
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  void ended.then((value) => {
    code = value;
  });
  let memory = 0;
  while (code === undefined) {
    memory = Math.max(memory, await readPeakMemory(child.pid ?? 0));
    await Promise.race([wait(POLL_MS), ended]);
  }
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr}`);
  return { seconds, memory, stdout };
}

/** The peak of a process or of one that it started, in bytes (proc(5), VmHWM). */
async function readPeakMemory(pid: number): Promise<number> {
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [status, children] = await Promise.all([read('status'), read(`task/${pid}/children`)]);
  const own = Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  const below = await Promise.all(
    children
      .split(' ')
      .filter(Boolean)
      .map((child) => readPeakMemory(Number(child))),
  );
  return Math.max(own, ...below);
}
