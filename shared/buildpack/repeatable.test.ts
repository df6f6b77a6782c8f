import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBuildpackHarness } from '@dema/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineBuildpack, found } from './index.ts';

const buildpack = defineBuildpack({
  settings: {},
  inspect: async () => found('anything', {}),
  async build({ app, exec, layer, log }) {
    const make = async () => void (await exec('make', []));
    await layer('kept', { cache: true, key: { of: 'a program' } }, make);
    await layer('launched', { launch: true }, make);
    if (await app.has('tools')) await layer('tools', { build: true }, make);
    if (await app.has('always')) await make();
    if (await app.has('odd')) log.warn('this is odd');
  },
});

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repeatable-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** Whether each of two builds says that it is repeatable. */
async function buildTwice(app: Record<string, string>): Promise<boolean[]> {
  const commands = [{ line: /^make/, run: async () => ({ stdout: '' }) }];
  await using harness = await openBuildpackHarness(buildpack, { app, commands });
  await harness.detect();
  const said: boolean[] = [];
  for (const name of ['first', 'second']) {
    const file = join(folder, name);
    expect(await harness.build({ DEMA_REPEATABLE_FILE: file })).toMatchObject({ code: 0 });
    said.push(existsSync(file));
    await harness.restore();
  }
  return said;
}

test('a build whose layers keep what programs made is repeatable', async () => {
  expect(await buildTwice({ name: 'app' })).toEqual([true, true]);
});

test('a build that runs a program each time, or warns of something, never is', async () => {
  expect(await buildTwice({ always: '' })).toEqual([false, false]);
  expect(await buildTwice({ tools: '' })).toEqual([false, false]);
  expect(await buildTwice({ odd: '' })).toEqual([false, false]);
});
