import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, eventsOf, makePlace, type Place } from './dema.ts';

let place: Place;
let app: string;
let lockFile: string;

beforeAll(async () => {
  place = await makePlace();
  app = join(place.folder, 'app');
  lockFile = join(app, 'dema.lock.json');
  await cp(join(import.meta.dirname, '../apps/nodejs/http'), app, { recursive: true });
});

afterAll(() => place.remove());

/** The lines of a fault: what was found, and its code. */
async function faultOf(...args: string[]): Promise<string> {
  const { code, stderr } = await dema(['build', app, ...args], place);
  expect(code, stderr).not.toBe(0);
  return stderr;
}

test('a lock is written on demand, followed to the same image, and holds against everything else', async () => {
  expect(await faultOf('--locked')).toContain('(DEPENDENCY_LOCK_MISSING)');
  const made = await dema(['build', app, '--lock', '--json', '--env', 'BP_NODE_VERSION=24.20.0'], place);
  expect(made.code, made.stderr).toBe(0);
  const events = eventsOf(made.stdout);
  expect(events.find(({ type }) => type === 'dependency-resolved')).toMatchObject({
    buildpack: 'dema/nodejs',
    dependency: 'node',
    version: '24.20.0',
  });
  const lock = JSON.parse(await readFile(lockFile, 'utf8'));
  expect(lock.buildpacks['dema/nodejs']).toMatchObject([{ id: 'node', version: '24.20.0' }]);

  const followed = await dema(['build', app, '--locked'], place);
  expect(followed.code, followed.stderr).toBe(0);
  expect(followed.stderr).toContain('Node.js 24.20.0, by dema.lock.json, for "24.x" from package.json');
  expect(followed.stdout.trim()).toBe(events.find(({ type }) => type === 'image-written')?.digest);

  expect(await faultOf('--locked', '--env', 'BP_NODE_VERSION=26')).toContain('(DEPENDENCY_LOCK_UNSATISFIED)');
  await writeFile(lockFile, '{"lockVersion": 1, "buildpacks": {}}');
  expect(await faultOf('--locked')).toContain('has no Node.js');
  await writeFile(lockFile, '<<<<<<<');
  expect(await faultOf()).toContain('(DEPENDENCY_LOCK_INVALID)');
  expect(await faultOf('--lock', '--locked')).toContain('(CLI_ARGUMENTS_INVALID)');
});
