import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findFuzzFiles, listTargets, runTarget } from './fuzz/run-fuzz.ts';

/** The same inputs each time, so that a run fails for what was changed and for nothing else; `random` for others. */
const { DEMA_FUZZ_SEED: chosen = '1', DEMA_FUZZ_INPUT: only, DEMA_FUZZ_TARGET: wanted } = process.env;
const SEED = chosen === 'random' ? String(Date.now()) : chosen;
const LIMIT_MS = 10_000;

const files = await findFuzzFiles();
const targets = (await listTargets(files)).filter(({ name }) => wanted === undefined || name === wanted);
/** In memory where that can be: thousands of small files are made and removed. */
const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'dema-fuzz-'));

afterAll(() => rm(folder, { recursive: true, force: true }));

describe(`parsers end in a value or a fault (DEMA_FUZZ_SEED=${SEED})`, () => {
  test.concurrent.each(targets)('$name, $inputs inputs', { timeout: 300_000 }, async ({ name, inputs }) => {
    const range = only === undefined ? { first: 0, count: inputs } : { first: Number(only), count: 1 };
    const own = join(folder, name.replaceAll(/\W/g, '-'));
    const failure = await runTarget(files, { target: name, seed: SEED, folder: own, limitMs: LIMIT_MS, ...range });
    const again = `DEMA_FUZZ_SEED=${SEED} DEMA_FUZZ_TARGET='${name}' DEMA_FUZZ_INPUT=${failure?.index} npm run test:faults -- fuzz`;
    expect(failure && `input ${failure.index} ${failure.what}\nto see it again: ${again}`).toBeUndefined();
  });

  test.skipIf(wanted !== undefined)('there are 100,000 inputs and more', () => {
    expect(targets.reduce((sum, { inputs }) => sum + inputs, 0)).toBeGreaterThanOrEqual(100_000);
  });
});
