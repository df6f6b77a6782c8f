import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '@dema/testkit';
import { expect, test } from 'vitest';
import { runBuildpackTests } from './test-buildpack.ts';

test('a buildpack without tests of its own', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dema-tests-'));
  await writeFiles(folder, { 'index.ts': '', 'samples/app/app.test.ts': '', 'node_modules/x/x.test.js': '' });
  await expect(runBuildpackTests(folder, new AbortController().signal)).rejects.toMatchObject({
    code: 'CLI_ARGUMENTS_INVALID',
    problem: `The buildpack in ${folder} has no tests.`,
  });
  await rm(folder, { recursive: true });
});
