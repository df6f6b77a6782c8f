import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { BIN, makePlace, type Place } from '../whole/dema.ts';
import { readWalkthrough, type WalkthroughStep } from './read-walkthrough.ts';

export const REPOSITORY = join(import.meta.dirname, '../..');

export const run = promisify(execFile);

export interface WalkthroughPlace extends Place {
  /** Where the commands of a page are run. */
  cwd: string;
}

/** A folder of its own, with `npx dema` as somebody has it who installed Dema. */
export async function makeWalkthroughPlace(): Promise<WalkthroughPlace> {
  const place = await makePlace();
  const [bin, cwd] = [join(place.folder, 'bin'), join(place.folder, 'home')];
  for (const folder of [bin, cwd]) await mkdir(folder);
  await symlink(BIN, join(bin, 'dema'));
  // What npx does without asking a registry whether there is something newer.
  await writeFile(join(bin, 'npx'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
  return { ...place, cwd, env: { ...place.env, PATH: `${bin}:${process.env.PATH}` } };
}

/** Carries a page out, and holds it to the lines that it shows. */
export async function walkThrough(
  page: string,
  { cwd, env }: WalkthroughPlace,
  afterStep: (step: WalkthroughStep) => Promise<void> = async () => undefined,
): Promise<void> {
  for (const step of await readWalkthrough(join(REPOSITORY, 'docs', page))) {
    if (step.kind === 'file') {
      await mkdir(dirname(join(cwd, step.path)), { recursive: true });
      await writeFile(join(cwd, step.path), step.text);
    } else {
      const { stdout, stderr } = await run('bash', ['-euc', step.text], { cwd, env }).catch((failed) => {
        throw new Error(`docs/${page}:${step.line}: ${failed.stdout}${failed.stderr}`);
      });
      for (const line of step.shows) expect(`${stdout}${stderr}`, `docs/${page}:${step.line}`).toContain(line);
    }
    await afterStep(step);
  }
}
