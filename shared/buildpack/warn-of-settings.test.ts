import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from '@dema/testkit';
import { expect, test } from 'vitest';
import { createLog } from './log.ts';
import { type Environment, text } from './settings.ts';
import { warnOfSettings } from './warn-of-settings.ts';

const settings = { BP_TOOL_VERSION: text('Version', { formerly: ['BP_TOOL'] }) };

async function warningsFor(env: Environment): Promise<string[]> {
  const lines: string[] = [];
  await warnOfSettings(
    settings,
    env,
    createLog((line) => lines.push(line.trim())),
  );
  return lines;
}

test('an old name, only where it counts', async () => {
  const warning = 'warning: BP_TOOL is the old name of BP_TOOL_VERSION; set that instead';
  expect(await warningsFor({ BP_TOOL: '1' })).toEqual([warning]);
  expect(await warningsFor({ BP_TOOL: '1', BP_TOOL_VERSION: '2' })).toEqual([]);
});

test('a slip, where no engine of ours says so', async () => {
  const warning = 'warning: nothing reads BP_TOOL_VERSON; did you mean BP_TOOL_VERSION?';
  expect(await warningsFor({ BP_TOOL_VERSON: '1' })).toEqual([warning]);
  expect(await warningsFor({ BP_TOOL_VERSON: '1', DEMA_FAULT_FILE: '/tmp/fault.json' })).toEqual([]);
});

test('not a setting of another buildpack in the builder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'dema-settings-'));
  const configuration = '[[metadata.configurations]]\nname = "BP_POOL_VERSION"\n';
  await writeFiles(root, {
    'example_pool/1.0.0/buildpack.toml': configuration,
    'example_broken/1.0.0/buildpack.toml': 'api =',
    'example_tool/2.0.0/buildpack.toml': '',
  });
  const env = { CNB_BUILDPACK_DIR: join(root, 'example_tool/2.0.0'), BP_POOL_VERSION: '1' };
  expect(await warningsFor(env)).toEqual([]);
  await rm(join(root, 'example_pool'), { recursive: true });
  expect(await warningsFor(env)).toHaveLength(1);
  await rm(root, { recursive: true });
});
