import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { packageBuildpack } from '@dema/buildpack';
import { startContainerRegistry } from '@dema/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { dema, eventsOf, makePlace, type Place } from './dema.ts';

const SERVER = 'console.log("one")\n';

let place: Place;
let app: string;

beforeAll(async () => {
  place = await makePlace();
});

afterAll(() => place.remove());

/** An app of its own for each test, with nothing in it that was changed a moment ago. */
beforeEach(async ({ task }) => {
  app = join(place.folder, `app-${task.id}`);
  await mkdir(app);
  await writeFile(join(app, 'server.js'), SERVER);
  await settle();
});

/** Files that were changed within the last two seconds may be changed again without looking different. */
const settle = () => wait(2100);

async function build(...args: string[]) {
  const { code, stdout, stderr } = await dema(['build', app, '--json', ...args], place);
  expect(code, stderr).toBe(0);
  const events = eventsOf(stdout);
  const written = events.find(({ type }) => type === 'image-written');
  return { isUnchanged: events.some(({ type }) => type === 'image-unchanged'), written, events };
}

async function buildTwice(...args: string[]) {
  const first = await build(...args);
  const second = await build(...args);
  expect([first.isUnchanged, second.isUnchanged]).toEqual([false, true]);
  expect(second.written).toEqual(first.written);
  return second;
}

test('an app that has not changed is not built again, and anything that has changed is seen', async () => {
  const { events } = await buildTwice('--tag', 'same');
  expect(events.map(({ type }) => type)).toEqual(['start', 'image-unchanged', 'image-written']);
  expect((await build('--tag', 'same', '--clear-cache')).isUnchanged).toBe(false);
  expect((await build('--tag', 'same', '--env', 'BP_DISABLE_SBOM=true')).isUnchanged).toBe(false);
  expect((await build('--tag', 'same', '--default-process', 'web')).isUnchanged).toBe(false);
  await writeFile(join(app, 'server.js'), SERVER.replace('one', 'two'));
  expect((await build('--tag', 'same')).isUnchanged).toBe(false);
});

test('what is asked for beside the image is written all the same, and other names get the same image', async () => {
  await buildTwice('--tag', 'mine');
  const at = (name: string) => join(place.folder, name);
  const files = ['--report', at('report.toml'), '--sbom-output-dir', at('sbom'), '--lock'];
  const { isUnchanged, written } = await build('--tag', 'mine', '--tag', 'yours', ...files);
  expect(isUnchanged).toBe(true);
  expect(await readFile(at('report.toml'), 'utf8')).toContain(written?.digest);
  expect(await readFile(join(app, 'dema.lock.json'), 'utf8')).toContain('"node"');
  const inspected = await dema(['inspect', 'yours', '--json'], place);
  expect(JSON.parse(inspected.stdout)).toMatchObject({ digest: written?.digest });
});

test('what stands under the name counts, in a registry too', async () => {
  const registry = await startContainerRegistry();
  try {
    const name = `${registry.host}/shop/web:1`;
    const { written } = await buildTwice('--publish', '--tag', name);
    expect(await build('--tag', name)).toMatchObject({ isUnchanged: false, written: { digest: written?.digest } });
    await build('--publish', '--tag', name, '--env', 'BP_DISABLE_SBOM=true');
    expect((await build('--publish', '--tag', name)).isUnchanged).toBe(false);
  } finally {
    await registry.close();
  }
});

test('a packaged buildpack of our kit in a folder of its own is looked at, too', async () => {
  const folder = join(place.folder, 'packaged');
  await packageBuildpack(join(import.meta.dirname, '../../buildpacks/nodejs'), folder);
  await settle();
  await buildTwice('--tag', 'packaged', '--buildpack', folder);
  const program = join(folder, 'bin/build');
  await writeFile(program, `${await readFile(program, 'utf8')}\n`);
  await settle();
  expect((await build('--tag', 'packaged', '--buildpack', folder)).isUnchanged).toBe(false);
});

test('an app with a build script is built each time', async () => {
  await writeFile(join(app, 'package.json'), '{"scripts": {"build": "date > built.txt"}}');
  await settle();
  for (const _ of [1, 2]) expect((await build('--tag', 'scripted')).isUnchanged).toBe(false);
});

test('a warning is given in each build', async () => {
  execFileSync('mkfifo', [join(app, 'pipe')]);
  await settle();
  for (const _ of [1, 2]) {
    const { isUnchanged, events } = await build('--tag', 'warned');
    expect(isUnchanged).toBe(false);
    expect(events).toContainEqual({ type: 'app-file-left-out', path: 'pipe' });
  }
});

test('a buildpack that is not of our kit is asked each time', async () => {
  const buildpack = join(import.meta.dirname, '../buildpacks/shell');
  await writeFile(join(app, 'greeting.txt'), 'hello');
  await settle();
  for (const _ of [1, 2]) expect((await build('--tag', 'foreign', '--buildpack', buildpack)).isUnchanged).toBe(false);
});
