import { readFileSync, writeSync } from 'node:fs';
import { totalmem } from 'node:os';
import { sizeHeap } from '../heap-size.ts';
import { findMemoryLimit } from '../memory-limit.ts';

/** An exec.d program: what it prints as TOML on descriptor 3 becomes variables of the process that is started. */
const variables = sizeHeap(process.env, findMemoryLimit(readText, totalmem()));
for (const [name, value] of Object.entries(variables)) writeSync(3, `${name} = ${JSON.stringify(value)}\n`);

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
