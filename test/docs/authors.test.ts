import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, makePlace, type Place } from '../whole/dema.ts';
import { readWalkthrough } from './read-walkthrough.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const PAGE = join(REPOSITORY, 'docs/authors.md');
const run = promisify(execFile);

let place: Place;
beforeAll(async () => {
  place = await makePlace();
  await mkdir(join(place.folder, 'bin'));
  await symlink(BIN, join(place.folder, 'bin/dema'));
  // What npx does without asking a registry whether there is something newer.
  await writeFile(join(place.folder, 'bin/npx'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
});
afterAll(() => place.remove());

test('docs/authors.md holds from its first command to its last', async () => {
  const cwd = join(place.folder, 'home');
  await mkdir(cwd);
  const env = { ...place.env, PATH: `${join(place.folder, 'bin')}:${process.env.PATH}` };
  for (const step of await readWalkthrough(PAGE)) {
    if (step.kind === 'file') {
      await mkdir(dirname(join(cwd, step.path)), { recursive: true });
      await writeFile(join(cwd, step.path), step.text);
      continue;
    }
    const { stdout, stderr } = await run('bash', ['-euc', step.text], { cwd, env }).catch((failed) => {
      throw new Error(`${PAGE}:${step.line}: ${failed.stdout}${failed.stderr}`);
    });
    for (const line of step.shows) expect(`${stdout}${stderr}`, `${PAGE}:${step.line}`).toContain(line);
    if (step.text.includes('buildpack new') || step.text.includes('launch')) await checkTypes(cwd);
  }
}, 180_000);

/** Against the kit of this repository, whose own mistakes are not looked at here. */
async function checkTypes(cwd: string): Promise<void> {
  const config = {
    extends: join(REPOSITORY, 'tsconfig.json'),
    compilerOptions: {
      typeRoots: [join(REPOSITORY, 'node_modules/@types')],
      paths: { '@dema/*': [join(REPOSITORY, 'shared/*/index.ts')] },
    },
    include: ['lua'],
    exclude: [],
  };
  await writeFile(join(cwd, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(REPOSITORY, 'node_modules/.bin/tsc');
  const { stdout } = await run(tsc, ['--noEmit'], { cwd }).catch((failed) => failed);
  expect(stdout.split('\n').filter((line: string) => line.startsWith('lua/'))).toEqual([]);
}
