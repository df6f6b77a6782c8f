import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { viewFolder } from '@dema/buildpack';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { showSteps, translateScript } from './start-script.ts';

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
  expect(await translate({ start: 'swift x' })).toMatchObject({
    command: [join(app, 'node_modules/swift/swift'), 'x'],
  });
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
    expect(await translate({ start, serve: 'node server.js' })).toMatchObject({
      command: 'node server.js --port 1'.split(' '),
    });
  },
);

const PORT = [{ variable: 'PORT', isQuoted: false }];

function step(words: string, assignments = {}) {
  return { assignments, words: words.split(' '), takesArguments: false };
}

function main(words: string, assignments = {}) {
  return { ...step(words, assignments), takesArguments: true };
}

test.each<[Record<string, string>, object[]]>([
  [{ start: 'node a && node b' }, [step('node a'), main('node b')]],
  [
    { prestart: 'node m', start: 'next start' },
    [step('node m'), main('node APP/node_modules/next/dist/bin/next start')],
  ],
  [{ start: 'node s', poststart: 'node e' }, [main('node s'), step('node e')]],
  [{ start: 'node s --port $PORT' }, [{ ...main('node s --port'), words: ['node', 's', '--port', PORT] }]],
  [{ start: 'PORT=$PORT node s' }, [main('node s', { PORT })]],
  [{ start: 'cd bin && ./www' }, [step('cd bin'), main('node ./www')]],
  [{ start: 'cd $PORT && ./www' }, [{ ...step(''), words: ['cd', PORT] }, main('./www')]],
  [{ start: 'cd sub && next start' }, [step('cd sub'), main('node APP/node_modules/next/dist/bin/next start')]],
  [{ start: 'cd sub && swift' }, [step('cd sub'), main('APP/node_modules/swift/swift')]],
  [{ start: 'cd dist && node "a b.js"' }, [step('cd dist'), { ...main(''), words: ['node', 'a b.js'] }]],
  [{ start: 'export A=1 && node s' }, [step('export A=1'), main('node s')]],
  [{ start: 'npm run -s m && A=1 node s', m: 'node m' }, [step('node m'), main('node s', { A: '1' })]],
  [{ start: 'npm run s -- -p 1', s: 'node s', posts: 'node e' }, [main('node s -p 1'), step('node e')]],
])('%j is steps that need no shell', async (scripts, steps) => {
  // Programs of packages are named in full, for a step may change the folder.
  const expected = JSON.parse(JSON.stringify(steps).replaceAll('APP', app));
  expect(await translate(scripts)).toEqual({ steps: expected });
});

test.each<[Record<string, string>, object[]]>([
  [{ start: 'node x | tee log' }, [{ shell: 'node x | tee log', takesArguments: true }]],
  [{ start: 'node m && node x | tee log' }, [step('node m'), { shell: 'node x | tee log', takesArguments: true }]],
  [{ start: 'node m | tee log && node x' }, [{ shell: 'node m | tee log && node x', takesArguments: true }]],
  [{ start: '. ./env.sh && node x' }, [{ shell: '. ./env.sh && node x', takesArguments: true }]],
  [{ start: 'PORT=1 && node x' }, [{ shell: 'PORT=1 && node x', takesArguments: true }]],
  [{ start: 'npm run s -- "a b"', s: 'node x | tee' }, [{ shell: "node x | tee 'a b'", takesArguments: true }]],
  [{ prestart: 'a; b', start: 'node x' }, [{ shell: 'a; b', takesArguments: false }, main('node x')]],
])('%j keeps what only a shell can do together', async (scripts, steps) => {
  expect(await translate(scripts)).toEqual({ steps });
});

test.each([
  ['cross-env NODE_ENV=staging node s', { NODE_ENV: 'staging' }],
  ['env A=1 B=2 node s', { A: '1', B: '2' }],
  ['exec node s', {}],
])('%s is started without the program before it', async (start, variables) => {
  expect(await translate({ start })).toEqual({ command: ['node', 's'], variables });
});

test('pre and post scripts are those of the script by its name', async () => {
  const scripts = { prestart: 'node wrong', 'preserve:prod': 'node right', 'serve:prod': 'node s' };
  expect(await translate(scripts, 'serve:prod')).toEqual({ steps: [step('node right'), main('node s')] });
});

test('the script of another package is not taken for one of these', async () => {
  const start = 'npm start -w @m/web';
  expect(await translate({ start })).toEqual({ command: ['npm', 'start', '-w', '@m/web'], variables: {} });
});

test('scripts that call each other in a circle come to an end', async () => {
  expect(await translate({ start: 'npm run again', again: 'npm start' })).toMatchObject({
    command: expect.arrayContaining(['npm']),
  });
});

test('steps are shown as somebody would write them', () => {
  const steps = [
    step('cd a'),
    { ...main(''), words: ['node', 'a b', PORT], assignments: { A: '1' } },
    { shell: 'x | y' },
  ];
  expect(showSteps(steps)).toBe("cd a && A=1 node 'a b' ${PORT} && x | y");
});
