import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';

export interface Measured {
  seconds: number;
  /** Bytes, by what was watched. */
  memory: number;
  stdout: string;
}

/**
 * Memory that is watched: nothing, as it takes time; the highest that the largest of all processes had resident; or the most
 * that all of them had at one time, what they share counted once.
 */
export type Watched = 'nothing' | 'largest' | 'all';

const POLL_MS: Record<Exclude<Watched, 'nothing'>, number> = { largest: 10, all: 50 };

/** Runs a command to its end. Throws with what it printed when it fails: a failed run has no time. */
export async function measure(
  command: string,
  args: string[],
  { cwd, env, watched = 'largest' }: { cwd: string; env: NodeJS.ProcessEnv; watched?: Watched },
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
  const read = watched === 'all' ? readTreeMemory : readPeakMemory;
  while (code === undefined && watched !== 'nothing') {
    memory = Math.max(memory, await read(child.pid ?? 0));
    await Promise.race([wait(POLL_MS[watched]), ended]);
  }
  await ended;
  const seconds = (performance.now() - start) / 1000;
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr}`);
  return { seconds, memory, stdout };
}

/** The peak of a process or of one that it started, in bytes (proc(5), VmHWM). */
async function readPeakMemory(pid: number): Promise<number> {
  const own = await readKilobytes(pid, 'status', 'VmHWM');
  const children = listNumbers(await readText(pid, `task/${pid}/children`));
  return Math.max(own, ...(await Promise.all(children.map(readPeakMemory))));
}

/** Of a process and all that it started, in bytes (proc(5), Pss). */
async function readTreeMemory(pid: number): Promise<number> {
  const below = await Promise.all((await listChildren(pid)).map(readTreeMemory));
  return below.reduce((sum, one) => sum + one, await readKilobytes(pid, 'smaps_rollup', 'Pss'));
}

async function readKilobytes(pid: number, file: string, field: string): Promise<number> {
  const text = await readText(pid, file);
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024;
}

/** Any thread of a process may have started others. */
async function listChildren(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const texts = await Promise.all(threads.map((thread) => readText(pid, `task/${thread}/children`)));
  return texts.flatMap(listNumbers);
}

function listNumbers(text: string): number[] {
  return text.split(' ').filter(Boolean).map(Number);
}

function readText(pid: number, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}

/** By their times, the one in the middle. */
export function median(measured: Measured[]): Measured {
  const sorted = measured.toSorted((a, b) => a.seconds - b.seconds);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('--runs must be at least 1');
  return middle;
}
