import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, eventsOf, makePlace, type Place } from './dema.ts';

const BUILDPACK = join(import.meta.dirname, '../buildpacks/launch-helper');

let place: Place;
let events: ReturnType<typeof eventsOf>;

beforeAll(async () => {
  place = await makePlace();
  const app = join(place.folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'a file'), '');
  const { code, stdout, stderr } = await dema(['build', app, '-b', BUILDPACK, '--json', '--clear-cache'], place);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  events = eventsOf(stdout);
});

afterAll(() => place.remove());

async function run(...args: string[]) {
  const { code, stdout, stderr } = await dema(['run', ...args, 'app'], place);
  return { code, stderr, lines: stdout.trimEnd().split('\n') };
}

test('a helper in TypeScript sets variables before the process starts', async () => {
  const bindings = join(place.folder, 'bindings/hello');
  await mkdir(bindings, { recursive: true });
  await writeFile(join(bindings, 'type'), 'greeter');
  await writeFile(join(bindings, 'word'), 'Open');
  const { code, stderr, lines } = await run('--env', 'the.name=Ada 📦', '--binding', bindings);
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'greeting Ada 📦\n' });
  expect(lines).toEqual(expect.arrayContaining(['the.greeting=Hello, "Ada 📦"', 'a file', 'SECRET=Open']));
});

test('settings of the start have the values that their declaration says', async () => {
  expect((await run()).lines).toContain('GREETINGS=Hello ');
  expect((await run('--env', 'BPL_COUNT=2')).lines).toContain('GREETINGS=Hello Hello ');
  const { code, stderr } = await run('--env', 'BPL_TIMES=0');
  expect(stderr).toContain('error: BPL_TIMES is "0", which is not a whole number of at least 1.');
  expect(stderr).toContain('(SETTING_VALUE_INVALID)');
  expect(code).toBe(82);
});

test('only for the process that it is for', async () => {
  const { code, lines, stderr } = await run('--process', 'other');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(lines.join()).not.toContain('the.greeting');
});

test('it may end the start with a reason', async () => {
  const { code, stderr } = await run('--env', 'the.name=');
  expect(stderr).toContain('error: the.name is empty.\nwhat to do: Give the.name a value.\n(EXAMPLE_NAME_EMPTY)');
  expect(stderr).toContain('(LAUNCH_EXEC_D_FAILED)');
  expect(code).toBe(82);
});

test('what it runs on is one small layer', () => {
  const layers = events.filter(({ type }) => type === 'layer-exported');
  const sizes = Object.fromEntries(layers.map(({ name, size }) => [name, Number(size)]));
  expect(sizes['example/launch-helper:quickjs']).toBeLessThan(3_300_000);
  expect(sizes['example/launch-helper:launch-helpers']).toBeLessThan(10_000);
});
