import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseBuildpackFault } from './buildpack-fault.ts';
import { readOutput } from './read-output.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'output-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('reads a regular file, and nothing where there is none', async () => {
  await writeFile(join(folder, 'file'), 'text');
  expect(await readOutput(join(folder, 'file'))).toBe('text');
  expect(await readOutput(join(folder, 'nothing'))).toBeUndefined();
});

test('follows no link out of the build, and waits for no pipe', async () => {
  await writeFile(join(folder, 'secret'), 'of the host');
  await symlink(join(folder, 'secret'), join(folder, 'link'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  expect(await readOutput(join(folder, 'link'))).toBeUndefined();
  expect(await readOutput(join(folder, 'pipe'))).toBeUndefined();
  expect(await readOutput(folder)).toBeUndefined();
});

test('takes only a whole fault for one', () => {
  const whole = { code: 'A_B', problem: 'x', fix: 'y', blame: 'user' };
  expect(parseBuildpackFault(JSON.stringify(whole), 51)).toMatchObject({ ...whole, exitCode: 51 });
  for (const text of [
    'root:*:',
    '7',
    'null',
    '{}',
    JSON.stringify({ ...whole, blame: 'me' }),
    JSON.stringify({ ...whole, details: 'x' }),
  ]) {
    expect(parseBuildpackFault(text, 51)).toBeUndefined();
  }
});
