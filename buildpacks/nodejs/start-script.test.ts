import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { viewFolder } from '@dema/buildpack';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LaunchStep } from './launch-steps.ts';
import { readPackage, type ScriptPackage } from './script-package.ts';
import { showSteps, translateScript } from './start-script.ts';

let app = '';

const NODE = '#!/usr/bin/env node\n';

beforeAll(async () => {
  app = await mkdtemp(join(tmpdir(), 'dema-start-'));
  const web = {
    name: '@m/web',
    version: '1.2.3',
    config: { port: 8080 },
    scripts: { start: 'node web.js', dev: 'next dev', both: 'npm run own && node web.js', own: 'node own.js' },
  };
  await writeFiles(app, {
    'server.js': '',
    'bin/www': NODE,
    'run.sh': '#!/bin/sh\n',
    'node_modules/next/dist/bin/next': `${NODE}"use strict";\n`,
    'node_modules/.bin/next': { link: '../next/dist/bin/next' },
    'node_modules/swift/swift': '#!/bin/bash\n',
    'node_modules/.bin/swift': { link: '../swift/swift' },
    'node_modules/@a/tool/cli.js': NODE,
    'node_modules/@a/tool/package.json': '{"name":"@a/tool","bin":{"other":"x","tool":"cli.js"}}',
    'node_modules/.bin/tool': { link: '../@a/tool/cli.js' },
    'packages/web/package.json': JSON.stringify(web),
    'packages/web/node_modules/.bin/next': NODE,
    'bare/package.json': '{}',
    'bare/server.js': '',
  });
});

afterAll(() => rm(app, { recursive: true }));

async function translate(scripts: Record<string, string>, name = 'start') {
  await writeFiles(app, { 'package.json': JSON.stringify({ scripts }) });
  const places = { app: viewFolder(app), localPackages: ['packages/web'] };
  const from = await readPackage(places, '.');
  return translateScript(places, from as ScriptPackage, name);
}

async function translateToOne(scripts: Record<string, string>) {
  const found = await translate(scripts);
  if ('steps' in found) throw new Error(`not one command: ${showSteps(found.steps, app)}`);
  return found;
}

async function translateToSteps(scripts: Record<string, string>): Promise<string> {
  const found = await translate(scripts);
  if ('command' in found) throw new Error(`one command: ${found.command.join(' ')}`);
  // Programs of packages are named in full, for a step may change the folder.
  return showSteps(markArguments(found.steps), app).replaceAll(app, 'APP');
}

/** With `*` after the command that arguments are for. */
function markArguments(steps: LaunchStep[]): LaunchStep[] {
  return steps.map((step) => {
    if ('steps' in step) return { ...step, steps: markArguments(step.steps) };
    const mark = step.takesArguments ? ['@'] : [];
    if ('shell' in step) return { ...step, shell: [step.shell, ...mark].join(' ') };
    return { ...step, words: [...step.words, ...mark] };
  });
}

test.each([
  ['node server.js', ['node', 'server.js']],
  ['next start -p 3000', ['node', 'node_modules/next/dist/bin/next', 'start', '-p', '3000']],
  ['npx next start', ['node', 'node_modules/next/dist/bin/next', 'start']],
  ['npx -y next@15 start', ['node', 'node_modules/next/dist/bin/next', 'start']],
  ['npx @a/tool x', ['node', 'node_modules/@a/tool/cli.js', 'x']],
  ['npm exec -- next start', ['node', 'node_modules/next/dist/bin/next', 'start']],
  ['yarn next start', ['node', 'node_modules/next/dist/bin/next', 'start']],
  ['./bin/www', ['node', './bin/www']],
  ['./run.sh now', ['./run.sh', 'now']],
  ['python3 app.py', ['python3', 'app.py']],
  ['exec node s', ['node', 's']],
  ['node dist/*.js', ['sh', '-c', 'exec node dist/*.js "$@"', 'start']],
])('%s is started by itself', async (start, command) => {
  expect(await translateToOne({ start })).toMatchObject({ command, variables: {}, folder: app });
});

test('a folder and variables that are set before the only command are those of the process', async () => {
  expect(await translateToOne({ start: 'export A=1 && cd bin && B=2 ./www' })).toMatchObject({
    command: ['node', './www'],
    folder: join(app, 'bin'),
    variables: { A: '1', B: '2' },
  });
});

test('a program of a package that is no script of Node.js is started by its path', async () => {
  expect(await translateToOne({ start: 'swift x' })).toMatchObject({
    command: [join(app, 'node_modules/swift/swift'), 'x'],
  });
});

test.each([
  ['NODE_ENV=staging PORT=80 node s', { NODE_ENV: 'staging', PORT: '80' }],
  ['cross-env NODE_ENV=staging node s', { NODE_ENV: 'staging' }],
  ['A=0 env A=1 B=2 node s', { A: '1', B: '2' }],
  ['A=1 npm run serve', { A: '1', B: '2' }],
])('variables before the command of %s become those of the process', async (start, variables) => {
  const found = await translateToOne({ start, serve: 'B=2 node s' });
  expect(found).toMatchObject({ command: ['node', 's'], variables });
});

test.each([
  'npm run serve -- --port 1',
  'npm run-script serve -s -- --port 1',
  'yarn serve --port 1',
  'node --run serve -- --port 1',
])('%s is the script itself', async (start) => {
  const found = await translateToOne({ start, serve: 'node server.js' });
  expect(found.command).toEqual('node server.js --port 1'.split(' '));
  expect(found.defaults.npm_lifecycle_event).toBe('serve');
});

test.each([
  'npm start -w @m/web',
  'npm --prefix packages/web start',
  'npm start --workspace=packages/web',
  'cd packages/web && npm start',
])('%s runs in that package', async (start) => {
  const found = await translate({ start });
  const steps = 'steps' in found ? found.steps : undefined;
  if (steps) expect(showSteps(steps, app)).toBe('cd packages/web && (cd packages/web && node web.js)');
  else {
    expect(found).toEqual({
      command: ['node', 'web.js'],
      folder: join(app, 'packages/web'),
      variables: {},
      defaults: {
        npm_lifecycle_event: 'start',
        npm_package_json: join(app, 'packages/web/package.json'),
        npm_package_name: '@m/web',
        npm_package_version: '1.2.3',
        npm_package_config_port: '8080',
      },
      path: ['packages/web/', 'packages/', ''].map((folder) => join(app, folder, 'node_modules/.bin')),
    });
  }
});

test('a package looks for programs in its own node_modules first', async () => {
  expect(await translateToOne({ start: 'npm run dev -w @m/web' })).toMatchObject({
    command: ['node', 'node_modules/.bin/next', 'dev'],
  });
});

test('without a start script npm runs server.js', async () => {
  expect(await translateToOne({ start: 'npm start --prefix bare' })).toMatchObject({
    command: ['node', 'server.js'],
    folder: join(app, 'bare'),
  });
});

test.each<[Record<string, string>, string]>([
  [{ start: 'node a && node b' }, 'node a && node b @'],
  [{ prestart: 'node m', start: 'next start' }, 'node m && node APP/node_modules/next/dist/bin/next start @'],
  [{ start: 'node s', poststart: 'node e' }, 'node s @ && node e'],
  [{ start: 'node s --port $PORT' }, 'node s --port ${PORT} @'],
  [{ start: 'NODE_OPTIONS=--a node --port ${PORT:-8080} s' }, 'NODE_OPTIONS=--a node --port ${PORT:-8080} s @'],
  [{ start: 'node m && node s --port ${PORT:-8080}' }, 'node m && node s --port ${PORT:-8080} @'],
  [{ start: 'PORT=$PORT node s' }, 'PORT=${PORT} node s @'],
  [{ start: 'cd $PORT && ./www' }, 'cd ${PORT} && ./www @'],
  [{ start: 'cd sub && next start' }, 'cd sub && node APP/node_modules/next/dist/bin/next start @'],
  [{ start: 'cd sub && swift' }, 'cd sub && APP/node_modules/swift/swift @'],
  [{ start: 'cd dist && node "a b.js"' }, "cd dist && node 'a b.js' @"],
  [{ start: 'cd bin && node a && node b' }, 'cd bin && node a && node b @'],
  [{ start: 'export A=$B && node s' }, 'export A=${B} && node s @'],
  [{ start: 'node a || true; node b' }, 'node a || true; node b @'],
  [{ start: 'npm run -s m && A=1 node s', m: 'node m' }, 'node m && A=1 node s @'],
  [{ start: 'npm run m --if-present && node s $A' }, 'node s ${A} @'],
  [{ start: 'node m || npm run m --if-present; node s' }, 'node m || true; node s @'],
  [{ start: 'npm run s -- -p 1', s: 'node s', posts: 'node e' }, 'node s -p 1 @ && node e'],
  [{ start: 'npm run s || node x', s: 'node s', posts: 'node e' }, '(node s && node e) || node x @'],
  [{ start: 'A=1 npm run s', s: 'node s', posts: 'node e' }, 'A=1 (node s @ && node e)'],
  [{ prestart: 'cd bin && node m', start: './bin/www' }, 'cd bin && node m && node ./bin/www @'],
  [
    { start: 'npm run both -w @m/web', prestart: 'node m' },
    'node m && (cd packages/web && node own.js && node web.js @)',
  ],
])('%j is steps that need no shell', async (scripts, steps) => {
  expect(await translateToSteps(scripts)).toBe(steps);
});

test.each<[Record<string, string>, string]>([
  [{ start: 'node x | tee log' }, 'node x | tee log @'],
  [{ start: 'node m && node x | tee log' }, 'node m && node x | tee log @'],
  [{ start: 'rm -rf tmp/* && node x' }, 'rm -rf tmp/* && node x @'],
  [{ start: '. ./env.sh && node x' }, '. ./env.sh && node x @'],
  [{ start: 'PORT=$(port) && node x' }, 'PORT=$(port) && node x @'],
  [{ start: 'npm run s -- "a b"', s: 'node x | tee' }, "node x | tee 'a b' @"],
  [{ prestart: 'a & b', start: 'node x' }, 'a & b && node x @'],
])('%j has something for a shell', async (scripts, steps) => {
  expect(await translateToSteps(scripts)).toBe(steps);
});

test('what changes a shell keeps what follows it in that shell', async () => {
  expect(await translate({ start: 'PORT=1 && node x' })).toMatchObject({
    steps: [{ steps: [{ shell: 'PORT=1 && node x', isSimple: false }] }],
  });
});

test('pre and post scripts are those of the script by its name', async () => {
  const scripts = { prestart: 'node wrong', 'preserve:prod': 'node right', 'serve:prod': 'node s' };
  const found = await translate(scripts, 'serve:prod');
  expect('steps' in found && showSteps(found.steps, app)).toBe('node right && node s');
});

test.each<[Record<string, string>, string, string]>([
  [{ start: 'npm run a', a: 'npm run b', b: 'npm start' }, 'CIRCULAR', 'start -> a -> b -> start'],
  [{ start: 'npm run nothing' }, 'CALL_UNKNOWN', 'package.json has no script "nothing"'],
  [{ start: 'npm run a -w nobody' }, 'CALL_UNKNOWN', 'there is no workspace nobody'],
  [{ start: 'npm start --prefix nowhere' }, 'CALL_UNKNOWN', 'there is no package.json in nowhere'],
  [
    { start: 'npm run s', s: 'npm run gone -w @m/web' },
    'CALL_UNKNOWN',
    'script "s" runs `npm run gone -w @m/web`, and packages/web/package.json',
  ],
  [{ start: 'npm ci && node x' }, 'NEEDS_NPM', '`npm ci`'],
  [{ start: 'npm run a | tee log', a: 'node a' }, 'NEEDS_NPM', '`npm run a`'],
  [{ start: 'cd $WHERE && npm start' }, 'NEEDS_NPM', '`npm start`'],
  [{ start: 'run-p a b' }, 'NEEDS_NPM', '`run-p a b`'],
  [{ start: 'concurrently "npm:serve-*"' }, 'NEEDS_NPM', 'concurrently'],
  [{ start: 'concurrently "npm run a" "npm run b"' }, 'NEEDS_NPM', 'concurrently'],
  [{ start: 'dotenv -- npm run a' }, 'NEEDS_NPM', '`dotenv -- npm run a`'],
])('%j is a fault %s', async (scripts, code, problem) => {
  await expect(translate(scripts)).rejects.toMatchObject({
    code: `NODEJS_START_SCRIPT_${code}`,
    problem: expect.stringContaining(problem),
    blame: 'user',
  });
});

test('a program that no package has is a fault of its own with npx', async () => {
  await expect(translate({ start: 'npx serve@14 dist' })).rejects.toMatchObject({
    code: 'NODEJS_START_PROGRAM_MISSING',
    problem: expect.stringContaining('`npx serve`'),
  });
});

test.each(['('.repeat(40), '$('.repeat(3000), '"${'.repeat(3000)])(
  'an endless unit is left to a shell',
  { timeout: 5000 },
  async (text) => {
    expect(JSON.stringify(await translate({ start: `node server.js && ${text}` }))).toContain('server.js');
  },
);
