import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, eventsOf, makePlace, type Place } from './dema.ts';

const APP = join(import.meta.dirname, '../apps/nodejs/http');

let place: Place;

beforeAll(async () => {
  place = await makePlace();
});

afterAll(() => place.remove());

test('a buildpack shows its settings', async () => {
  expect((await dema(['buildpack', 'list'], place)).stdout).toMatch(/^dema\/nodejs +\d/m);
  const text = await dema(['buildpack', 'inspect', 'dema/nodejs'], place);
  expect(text.stdout).toMatch(/^ {2}BP_NODE_PROJECT_PATH +Folder that holds the app\n +folder; default \.$/m);
  const json = await dema(['buildpack', 'inspect', 'dema/nodejs', '--json'], place);
  const names = JSON.parse(json.stdout).settings.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(['BP_NODE_VERSION', 'BP_DISABLE_SBOM']));
  expect(await dema(['buildpack', 'inspect', 'dema/nodjs'], place)).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('it has dema/nodejs'),
  });
});

test('a slip in the name of a setting gets a warning, a setting of another buildpack none', async () => {
  const env = ['--env', 'BP_NODE_VERSON=22', '--env', 'BP_JVM_VERSION=21', '--env', 'BP_OUR_TEAM=x'];
  const { stdout } = await dema(['detect', APP, '--json', ...env], place);
  expect(eventsOf(stdout).filter(({ type }) => type === 'setting-unknown')).toEqual([
    { type: 'setting-unknown', name: 'BP_NODE_VERSON', nearest: 'BP_NODE_VERSION', buildpack: 'dema/nodejs' },
  ]);
  const { stderr } = await dema(['detect', APP, '--explain', ...env], place);
  expect(stderr).toContain('warning: nothing reads BP_NODE_VERSON; did you mean BP_NODE_VERSION of dema/nodejs?\n');
});
