import { openSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { isFault } from '@dema/errors';
import { listFuzzTargets } from '@dema/testkit';
import { guardFolder } from './guard-folder.ts';
import { createInputs } from './make-input.ts';

/** Runs one target in a process of its own, so that one that hangs, or takes all memory, harms nobody. With no target it only tells what there is. */
export interface FuzzJob {
  files: string[];
  target?: string;
  seed: string;
  first: number;
  count: number;
  /** For this process alone. */
  folder: string;
  /** File with the number of the input that is being tried. */
  progress: string;
}

export interface ListedTarget {
  name: string;
  inputs: number;
}

/** What became of a job: that all went well, or the first input that did not. */
export type FuzzResult = { failure?: { index: number; what: string } };

const MOST_MEMORY = 400 * 1024 * 1024;
const INPUTS = 1200;
const LONGEST_LINE = 300;

const job = JSON.parse(process.argv[2] ?? '') as FuzzJob;
for (const file of job.files) await import(pathToFileURL(file).href);
const targets = listFuzzTargets();
if (job.target === undefined) {
  process.send?.(targets.map(({ name, inputs = INPUTS }): ListedTarget => ({ name, inputs })));
} else {
  process.send?.(await runJob(job.target));
}

async function runJob(name: string): Promise<FuzzResult> {
  const target = targets.find((one) => one.name === name);
  if (!target) throw new Error(`no target ${name}`);
  const makeInput = createInputs(target, job.seed);
  const progress = openSync(job.progress, 'w');
  const guard = guardFolder(job.folder);
  for (let index = job.first; index < job.first + job.count; index += 1) {
    writeSync(progress, String(index), 0);
    const input = makeInput(index);
    const memory = peakMemory();
    const inner = guard.open();
    try {
      await target.run(input, inner);
    } catch (error) {
      if (!isFault(error)) return { failure: { index, what: describe(error) } };
    }
    const grown = peakMemory() - memory;
    if (grown > MOST_MEMORY) return { failure: { index, what: `took ${Math.round(grown / 1024 ** 2)} MiB of memory` } };
    const trace = guard.findTrace();
    if (trace) return { failure: { index, what: `wrote outside of its folder: ${trace}` } };
  }
  return {};
}

function describe(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  const lines = text.split('\n').map((line) => line.slice(0, LONGEST_LINE));
  return `threw ${lines.slice(0, 12).join('\n')}`;
}

/** Bytes, of the whole process. */
function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
