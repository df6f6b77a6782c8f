import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec } from '@dema/exec';
import { removeFolder } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findMissingGo, go, ownEnv, TEN_MINUTES } from './go.ts';

const HERE = import.meta.dirname;

const root = await mkdtemp(join(tmpdir(), 'dema-golden-'));
const kinds = (await readdir(join(HERE, 'cases'))).map((file) => file.replace(/\.json$/, ''));
/** Why the generators cannot be run here. */
let missing: string | undefined;

beforeAll(async () => {
  missing = await findMissingGo();
  if (missing !== undefined) return;
  await mkdir(join(root, 'bin'));
  const built = await go(['build', '-o', join(root, 'bin'), './golden/...']);
  expect(built, built.stderr).toMatchObject({ code: 0 });
}, TEN_MINUTES);

afterAll(() => removeFolder(root));

test.for(kinds)('the golden results are what Go makes today: %s', async (kind, { skip }) => {
  skip(missing !== undefined, missing);
  const made = join(root, `${kind}.golden.json`);
  const run = await exec(join(root, 'bin', kind), [join(HERE, 'cases', `${kind}.json`), made], { env: ownEnv() });
  expect(run, run.stderr).toMatchObject({ code: 0 });
  expect(await readFile(made, 'utf8')).toBe(await readFile(join(HERE, 'golden', `${kind}.golden.json`), 'utf8'));
});
