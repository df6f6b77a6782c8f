import { chmod, mkdir, mkdtemp, rename, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findAppState } from './app-state.ts';
import type { CopyOptions } from './copy-app.ts';

let app: string;

beforeEach(async () => {
  app = await mkdtemp(join(tmpdir(), 'app-state-'));
  await mkdir(join(app, 'lib'));
  await writeFile(join(app, 'server.js'), 'one');
  await writeFile(join(app, 'lib/part.js'), 'part');
  await symlink('server.js', join(app, 'main.js'));
});

afterEach(() => rm(app, { recursive: true }));

/** As it is seen a minute later, when no change is fresh any more. */
const state = (options: CopyOptions = {}) => findAppState(app, options, Date.now() + 60_000);

test('stays the same while nothing changes', () => {
  expect(state()).toMatch(/^sha256:/);
  expect(state()).toBe(state());
});

test.each<[string, () => Promise<unknown>]>([
  ['contents of the same length', () => writeFile(join(app, 'server.js'), 'two')],
  [
    'contents, with the time set back',
    async () => {
      await writeFile(join(app, 'server.js'), 'two');
      await utimes(join(app, 'server.js'), 1, 1);
    },
  ],
  ['a mode', () => chmod(join(app, 'lib/part.js'), 0o755)],
  ['a name', () => rename(join(app, 'server.js'), join(app, 'other.js'))],
  ['a folder', () => mkdir(join(app, 'empty'))],
  ['a file that is gone', () => unlink(join(app, 'lib/part.js'))],
  [
    'where a link leads',
    async () => {
      await unlink(join(app, 'main.js'));
      await symlink('other.js', join(app, 'main.js'));
    },
  ],
])('tells of %s', async (_, change) => {
  const before = state();
  await change();
  expect(state()).toMatch(/^sha256:/);
  expect(state()).not.toBe(before);
});

test('tells nothing of files that are no part of the app', async () => {
  const options = { exclude: ['*.log'], without: [join(app, 'store')] };
  const before = state(options);
  await writeFile(join(app, 'debug.log'), 'line');
  await mkdir(join(app, 'store'));
  await mkdir(join(app, '.git'));
  expect(state(options)).toBe(before);
});

test('is not known while a file is so fresh that it may be changed again and look the same', async () => {
  expect(findAppState(app, {}, Date.now())).toBeUndefined();
  expect(findAppState(app, { exclude: ['*.js'] }, Date.now())).toMatch(/^sha256:/);
});

test('is not known of a folder that is not there', () => {
  expect(findAppState(join(app, 'nowhere'), {}, Date.now())).toBeUndefined();
});
