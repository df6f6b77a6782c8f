import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

export interface Measured {
  seconds: number;
  /** Bytes: the highest resident memory of the largest of its processes. */
  memory: number;
  /** Bytes: the most that all its processes had resident at one time, what they share counted once. */
  treeMemory: number;
  stdout: string;
}

const POLL_MS = 10;
const TREE_EVERY = 5;

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
  let [memory, treeMemory, polls] = [0, 0, 0];
  while (code === undefined) {
    memory = Math.max(memory, await readPeakMemory(child.pid ?? 0));
    // Adding up what is shared takes the kernel long.
    if (polls % TREE_EVERY === 0) treeMemory = Math.max(treeMemory, await readTreeMemory(child.pid ?? 0));
    polls += 1;
    await Promise.race([wait(POLL_MS), ended]);
  }
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr}`);
  return { seconds, memory, treeMemory, stdout };
}

/** The peak of a process or of one that it started, in bytes (proc(5), VmHWM). */
async function readPeakMemory(pid: number): Promise<number> {
  const own = await readKilobytes(pid, 'status', 'VmHWM');
  return Math.max(own, ...(await Promise.all((await listChildren(pid)).map(readPeakMemory))));
}

/** Of a process and all that it started, in bytes (proc(5), Pss). */
async function readTreeMemory(pid: number): Promise<number> {
  const below = await Promise.all((await listChildren(pid)).map(readTreeMemory));
  return below.reduce((sum, one) => sum + one, await readKilobytes(pid, 'smaps_rollup', 'Pss'));
}

async function readKilobytes(pid: number, file: string, field: string): Promise<number> {
  const text = await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024;
}

/** A thread of a process may have started others, too. */
async function listChildren(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const texts = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''));
  return (await Promise.all(texts)).join(' ').split(' ').filter(Boolean).map(Number);
}

/** By their times, the one in the middle. */
export function median(measured: Measured[]): Measured {
  const sorted = measured.toSorted((a, b) => a.seconds - b.seconds);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('--runs must be at least 1');
  return middle;
}
