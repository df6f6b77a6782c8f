import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { viewFolder } from '@dema/buildpack';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { translateScript } from './start-script.ts';

let app = '';

beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'dema-start-'));
  await writeFiles(app, {
    'server.js': '',
    'bin/www': '#!/usr/bin/env node\n',
    'run.sh': '#!/bin/sh\n',
    'node_modules/next/dist/bin/next': '#!/usr/bin/env node\n"use strict";\n',
    'node_modules/.bin/next': { link: '../next/dist/bin/next' },
    'node_modules/swift/swift': '#!/bin/bash\n',
    'node_modules/.bin/swift': { link: '../swift/swift' },
  });
});

afterAll(() => rm(app, { recursive: true }));

function translate(scripts: Record<string, string>, name = 'start') {
  return translateScript(viewFolder(app), scripts, name);
}

test.each([
  ['node server.js', ['node', 'server.js']],
  ['next start -p 3000', ['node', 'node_modules/next/dist/bin/next', 'start', '-p', '3000']],
  ['npx next start', ['node', 'node_modules/next/dist/bin/next', 'start']],
  ['./bin/www', ['node', './bin/www']],
  ['./run.sh now', ['./run.sh', 'now']],
  ['python3 app.py', ['python3', 'app.py']],
])('%s is started without a shell', async (start, command) => {
  expect(await translate({ start })).toEqual({ command, variables: {} });
});

test('a program of a package that is no script of Node.js is started by its path', async () => {
  expect((await translate({ start: 'swift x' })).command).toEqual([join(app, 'node_modules/swift/swift'), 'x']);
});

test('variables before a command become variables of the process', async () => {
  expect(await translate({ start: 'NODE_ENV=staging PORT=80 node server.js' })).toEqual({
    command: ['node', 'server.js'],
    variables: { NODE_ENV: 'staging', PORT: '80' },
  });
});

test.each(['npm run serve -- --port 1', 'npm run-script serve --port 1', 'yarn serve --port 1'])(
  '%s is the script itself',
  async (start) => {
    expect((await translate({ start, serve: 'node server.js' })).command).toEqual(['node', 'server.js', '--port', '1']);
  },
);

test.each([
  [{ start: 'node a && node b' }, 'node a && exec node b "$@"'],
  [
    { prestart: 'node migrate', start: 'next start' },
    'node migrate && exec node APP/node_modules/next/dist/bin/next start "$@"',
  ],
  [{ start: 'node s', poststart: 'node e' }, 'node s && exec node e "$@"'],
  [{ start: 'node server.js --port $PORT' }, 'exec node server.js --port $PORT "$@"'],
  [{ start: 'PORT=$X node server.js' }, 'PORT=$X node server.js'],
  [{ start: 'node x | tee log' }, 'node x | tee log'],
  [{ start: 'cd sub && next start' }, 'cd sub && exec node APP/node_modules/next/dist/bin/next start "$@"'],
  [{ start: 'cd dist && node "a b.js"' }, 'cd dist && exec node \'a b.js\' "$@"'],
  [{ start: 'npm run migrate && A=1 node server.js', migrate: 'node m' }, 'node m && exec env A=1 node server.js "$@"'],
])('%j gets a shell that gives way to the last command', async (scripts, line) => {
  // Programs of packages are named in full, for the script may change the folder.
  const command = ['sh', '-c', line.replace('APP', app), 'start'];
  expect(await translate(scripts)).toEqual({ command, variables: {} });
});

test('pre and post scripts are those of the script by its name', async () => {
  const scripts = { prestart: 'node wrong', 'preserve:prod': 'node right', 'serve:prod': 'node server.js' };
  expect((await translate(scripts, 'serve:prod')).command[2]).toBe('node right && exec node server.js "$@"');
});

test('the script of another package is not taken for one of these', async () => {
  const start = 'npm start -w @m/web';
  expect((await translate({ start })).command).toEqual(['npm', 'start', '-w', '@m/web']);
});

test('scripts that call each other in a circle come to an end', async () => {
  expect((await translate({ start: 'npm run again', again: 'npm start' })).command.slice(0, 1)).toEqual(['npm']);
});
