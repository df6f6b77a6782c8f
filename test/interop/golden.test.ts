import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExecResult, exec } from '@dema/exec';
import { removeFolder } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';

const HERE = import.meta.dirname;
/** Of the first time, in which the lifecycle's packages are fetched and compiled. */
const TEN_MINUTES = 600_000;

const root = await mkdtemp(join(tmpdir(), 'dema-golden-'));
const kinds = (await readdir(join(HERE, 'cases'))).map((file) => file.replace(/\.json$/, ''));
/** Why the generators cannot be run here. */
let missing: string | undefined;

beforeAll(async () => {
  missing = await findMissing();
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

/** In CI a machine with Go must be able to fetch the modules, or these tests would never run. */
async function findMissing(): Promise<string | undefined> {
  const version = await go(['version']).catch(() => undefined);
  if (version?.code !== 0) return 'Go is missing: no `go` on PATH';
  const listed = await go(['list', '-deps', './golden/...']);
  if (listed.code === 0) return undefined;
  const problem = listed.stderr.trim().split('\n').at(-1);
  if (/invalid go version|requires go/.test(listed.stderr)) return `Go is too old: ${problem}`;
  const reason = `Go modules are missing: ${problem}`;
  if (process.env.CI) throw new Error(reason);
  return reason;
}

function go(args: string[]): Promise<ExecResult> {
  return exec('go', args, { cwd: HERE, env: ownEnv() });
}

function ownEnv(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));
}
