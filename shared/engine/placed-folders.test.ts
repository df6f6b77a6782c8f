import { lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { copyPlacedFolders, readPlacedFolders } from './placed-folders.ts';

let root: string;
let app: string;
let contents: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-placed-'));
  app = join(root, 'app');
  contents = join(root, 'modules');
  await mkdir(join(contents, 'node_modules'), { recursive: true });
  await mkdir(join(app, 'web'), { recursive: true });
  return () => rm(root, { recursive: true });
});

async function read(...lines: string[]) {
  await writeFile(join(root, 'placed.jsonl'), lines.join('\n'));
  const layers = new Map([['modules', { contents: { path: contents } }]]);
  return readPlacedFolders(join(root, 'placed.jsonl'), { app, id: 'dema/nodejs', layers });
}

const line = (source: string, target: string) => JSON.stringify({ source, target });

test('a buildpack that places nothing writes no file', async () => {
  expect(await readPlacedFolders(join(root, 'none'), { app, id: 'dema/nodejs', layers: new Map() })).toEqual([]);
});

test('a folder of a layer where the app has a link to it', async () => {
  await symlink('/layers/dema_nodejs/modules/node_modules', join(app, 'web/node_modules'));
  expect(await read(line('modules/node_modules', 'web/node_modules'))).toEqual([
    { source: join(contents, 'node_modules'), target: 'web/node_modules' },
  ]);
});

test.each([
  ['no link', 'modules/node_modules', 'web/node_modules'],
  ['a link that leads elsewhere', 'modules/node_modules', 'elsewhere'],
  ['a way out of the layer', 'modules/../../etc', 'etc'],
  ['a way out of the app', 'modules/node_modules', '../node_modules'],
  ['an absolute path', '/etc', 'etc'],
  ['a layer that is none', 'others/node_modules', 'node_modules'],
  ['a link inside the layer', 'modules/link', 'linked'],
  ['a folder that is not there', 'modules/none', 'none'],
])('%s is refused', async (_, source, target) => {
  await symlink('/etc', join(app, 'elsewhere'));
  await symlink('/etc', join(contents, 'link'));
  await symlink('/layers/dema_nodejs/modules/link', join(app, 'linked'));
  await symlink('/layers/dema_nodejs/modules/none', join(app, 'none'));
  await symlink('/layers/dema_nodejs/modules/../../etc', join(app, 'etc'));
  await expect(read(line(source, target))).rejects.toMatchObject({ code: 'ENGINE_BUILDPACK_OUTPUT_INVALID' });
});

test('what is no JSON is refused', async () => {
  await expect(read('modules')).rejects.toMatchObject({ code: 'ENGINE_BUILDPACK_OUTPUT_INVALID' });
});

test('a later buildpack finds a copy, which it may change', async () => {
  await writeFile(join(contents, 'node_modules/a.js'), 'a');
  await symlink('/layers/dema_nodejs/modules/node_modules', join(app, 'node_modules'));
  await copyPlacedFolders(app, [{ source: join(contents, 'node_modules'), target: 'node_modules' }]);
  expect((await lstat(join(app, 'node_modules'))).isDirectory()).toBe(true);
  expect(await readFile(join(app, 'node_modules/a.js'), 'utf8')).toBe('a');
});
