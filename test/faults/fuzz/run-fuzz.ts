import { type ChildProcess, fork } from 'node:child_process';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { FuzzJob, FuzzResult, ListedTarget } from './fuzz-worker.ts';

const ROOT = join(import.meta.dirname, '../../..');
const WORKER = join(import.meta.dirname, 'fuzz-worker.ts');
const LOOK_MS = 500;
const MOST_HEAP_MB = 400;

/** The files `<name>.fuzz.ts` of the repository. */
export async function findFuzzFiles(): Promise<string[]> {
  const files: string[] = [];
  const pattern = '{shared,buildpacks,builders,scripts}/**/*.fuzz.ts';
  for await (const file of glob(pattern, { cwd: ROOT, exclude: isForeign })) files.push(join(ROOT, file));
  return files.sort();
}

function isForeign(path: string): boolean {
  return path.endsWith('node_modules');
}

export async function listTargets(files: string[]): Promise<ListedTarget[]> {
  const { result } = start({ files, seed: '', first: 0, count: 0, folder: '', progress: '' });
  return result as Promise<ListedTarget[]>;
}

export interface FuzzRun {
  target: string;
  seed: string;
  first: number;
  count: number;
  folder: string;
  /** Longest time for one input, ms. */
  limitMs: number;
}

/** What was wrong with the first input that did not end well. */
export interface FuzzFailure {
  index: number;
  what: string;
}

export async function runTarget(files: string[], run: FuzzRun): Promise<FuzzFailure | undefined> {
  const progress = `${run.folder}.progress`;
  const { child, result } = start({ ...run, files, progress });
  const ended = new AbortController();
  try {
    const outcome = await Promise.race([result as Promise<FuzzResult>, watch(progress, run.limitMs, ended.signal)]);
    return 'failure' in outcome ? outcome.failure : undefined;
  } catch (error) {
    return { index: await current(progress), what: `broke the process: ${error}` };
  } finally {
    ended.abort();
    child.kill('SIGKILL');
  }
}

function start(job: FuzzJob): { child: ChildProcess; result: Promise<unknown> } {
  const execArgv = [`--max-old-space-size=${MOST_HEAP_MB}`];
  const child = fork(WORKER, [JSON.stringify(job)], { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const result = new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('close', (code, signal) => reject(new Error(`it ended with ${signal ?? code}\n${errors}`)));
  });
  return { child, result };
}

/** Ends when one input has taken too long. */
async function watch(progress: string, limitMs: number, ended: AbortSignal): Promise<FuzzResult> {
  let last = -1;
  let since = performance.now();
  while (!ended.aborted) {
    await wait(LOOK_MS, undefined, { signal: ended }).catch(() => undefined);
    const index = await current(progress);
    if (index !== last || index < 0) [last, since] = [index, performance.now()];
    else if (performance.now() - since > limitMs) return { failure: { index, what: `took more than ${limitMs} ms` } };
  }
  return {};
}

/** -1 before the first. */
async function current(progress: string): Promise<number> {
  const text = await readFile(progress, 'utf8').catch(() => '');
  return text === '' ? -1 : Number(text);
}
