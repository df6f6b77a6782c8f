import { execFileSync } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Files, openBuildpackHarness } from '@dema/testkit';
import { expect, test } from 'vitest';
import nodejs from './index.ts';

function open(scripts: Record<string, string>, env: Record<string, string> = {}, files: Files = {}) {
  return openBuildpackHarness(nodejs, {
    folder: import.meta.dirname,
    defaultVersions: { node: '24.x' },
    env,
    app: {
      'package.json': JSON.stringify({ scripts, devDependencies: { nodemon: '3' } }),
      'package-lock.json': '{}',
      'say.js': 'console.log(...process.argv.slice(2))',
      ...files,
    },
    dependencies: [
      { id: 'node', version: '24.2.0', files: { 'bin/node': '#!node' }, bundles: { npm: '11.0.0' } },
      { id: 'npm', version: '11.0.0', files: { 'bin/npm-cli.js': '' } },
    ],
    commands: [
      { line: /bin\/node --print/, run: async () => ({ stdout: '{"node":"24.2.0"}' }) },
      { line: /^npm (ci|query)/, run: async () => ({ stdout: '[]' }) },
    ],
  });
}

test('a script of several commands is run by a program that stands alone', async () => {
  await using harness = await open({ prestart: 'node say.js first', start: 'node say.js $GREETING' });
  const { fault, lines, launch, layers } = await harness.build();
  expect(fault).toBeUndefined();
  expect(lines.at(-1)).toBe('    web: node say.js first && node say.js ${GREETING}');
  const folder = join(harness.layersDir, 'start');
  expect(launch.processes[0]?.command).toEqual(['node', join(folder, 'run-steps.cjs'), join(folder, 'web.json')]);
  expect(layers.start).toMatchObject({ launch: true, build: false, cache: false });
  expect((await readdir(folder)).sort()).toEqual(['run-steps.cjs', 'web.json']);
  const [, ...args] = launch.processes[0]?.command ?? [];
  const env = { PATH: process.env.PATH, GREETING: 'hello' };
  const output = execFileSync(process.execPath, [...args, 'x'], { cwd: harness.appDir, env, encoding: 'utf8' });
  expect(output).toBe('first\nhello x\n');

  await harness.restore();
  expect((await harness.build()).lines).toContain('    layer start: reusing');
});

test('every command of a script is looked at for what is not in the image', async () => {
  await using harness = await open({ start: 'node say.js && nodemon say.js' });
  expect((await harness.build()).lines.at(-1)).toMatch(/^ {4}warning: nodemon is one of the devDependencies/);
});

test.each<[string, string | undefined]>([
  ['npm run build && node say.js', 'The script "start" runs `tsc` of typescript, '],
  ['npx tsc', 'The script "start" runs `tsc` of typescript, '],
  ['tsc || node say.js', undefined],
  ['both && node say.js', undefined],
])('what only development has is not in the image: %s', async (start, problem) => {
  const packages = {
    '': {},
    'node_modules/typescript': { dev: true, bin: { tsc: 'bin/tsc', both: 'x' } },
    'node_modules/other': { bin: { both: 'x' } },
  };
  await using harness = await open(
    { start, build: 'tsc' },
    { BP_NODE_RUN_SCRIPTS: '' },
    {
      'package-lock.json': JSON.stringify({ packages }),
    },
  );
  const { fault, commands } = await harness.build();
  expect(fault?.problem.slice(0, problem?.length)).toBe(problem);
  expect(fault?.code).toBe(problem && 'NODEJS_START_PROGRAM_OF_DEVELOPMENT');
  if (problem) expect(commands).toEqual([]);
});

test('the heap is sized by a program that runs when the image starts', async () => {
  await using harness = await open({ start: 'node say.js' }, { BP_LAUNCH_WITH_TINI: 'true' });
  const without = await harness.build();
  expect(without.layers.memory).toBeUndefined();
  expect(without.lines.at(-1)).toBe('    tini is not needed: signals reach the app without it');
  await harness.restore();
  const { lines, layers } = await harness.build({ BP_NODE_OPTIMIZE_MEMORY: 'true' });
  expect(lines).toContain('    layer node: reusing');
  expect(layers.memory).toMatchObject({ launch: true, build: false, cache: false });
  expect(await readFile(join(harness.layersDir, 'memory/env.launch/OPTIMIZE_MEMORY.default'), 'utf8')).toBe('true');
  expect((await stat(join(harness.layersDir, 'launch-helpers/exec.d/size-heap'))).mode & 0o777).toBe(0o755);
});

test('a script that calls npm for another package runs there, with what npm would set', async () => {
  const say = 'console.log(process.cwd().split("/").at(-1), process.env.npm_package_version, ...process.argv.slice(2))';
  await using harness = await open(
    { start: 'npm run both -w web -- --all' },
    {},
    {
      'package-lock.json': JSON.stringify({ packages: { '': {}, 'packages/web': { name: 'web' } } }),
      'packages/web/package.json': JSON.stringify({
        name: 'web',
        version: '1.2.3',
        scripts: { both: 'npm run own && node say.js', own: 'cd .. && echo first' },
      }),
      'packages/web/say.js': say,
    },
  );
  const { fault, launch, lines } = await harness.build();
  expect(fault).toBeUndefined();
  expect(lines.at(-1)).toBe('    web: (cd packages/web && cd .. && echo first && node say.js --all)');
  const [, ...args] = launch.processes[0]?.command ?? [];
  const env = { PATH: process.env.PATH };
  const output = execFileSync(process.execPath, [...args, 'x'], { cwd: harness.appDir, env, encoding: 'utf8' });
  expect(output).toBe('first\nweb 1.2.3 --all x\n');
});

test('a single command of another package needs nothing around it', async () => {
  await using harness = await open(
    { start: 'cd web && npm start' },
    {},
    {
      'web/package.json': '{"name":"web","scripts":{"start":"PORT=1 node server.js"}}',
    },
  );
  const { launch, layers } = await harness.build();
  expect(launch.processes).toMatchObject([{ command: ['node', 'server.js'], workingDir: join(harness.appDir, 'web') }]);
  expect(layers.start).toBeUndefined();
  const folder = join(harness.layersDir, 'environment/env.launch/web');
  expect(await readFile(join(folder, 'npm_package_name.default'), 'utf8')).toBe('web');
  expect(await readFile(join(folder, 'PORT.override'), 'utf8')).toBe('1');
  expect(await readFile(join(folder, 'PATH.prepend'), 'utf8')).toMatch(/^\S+\/web\/node_modules\/\.bin:\S+$/);
});

test('a script that needs a shell is for an image that has one', async () => {
  await using harness = await open({ start: 'node say.js | cat' });
  expect((await harness.build()).fault).toBeUndefined();
  const { fault, commands } = await harness.build({ CNB_STACK_ID: 'io.dema.stacks.trixie.tiny' });
  expect(fault).toMatchObject({
    code: 'NODEJS_START_SCRIPT_NEEDS_SHELL',
    problem: expect.stringContaining('`node say.js | cat`, and the run image (io.dema.stacks.trixie.tiny)'),
  });
  expect(commands).toEqual([]);
});

test('a script that cannot be followed does no harm when a Procfile may start the app', async () => {
  await using harness = await open({ start: 'npm run web | cat' }, {}, { Procfile: 'web: node say.js' });
  const { fault, lines, launch } = await harness.build();
  expect(fault).toBeUndefined();
  expect(lines.at(-1)).toMatch(/^ {4}warning: The script "start" runs `npm run web`/);
  expect(launch.processes).toEqual([]);
});

test.each<[string, Record<string, string>, Files, string[]]>([
  ['another script', { BP_NPM_START_SCRIPT: 'serve' }, {}, ['node', 'say.js', 'serve']],
  ['a file instead of the script', { BP_LAUNCHPOINT: 'say.js' }, {}, ['node', 'say.js']],
  ['a file of the app', { BP_LAUNCHPOINT: 'lib/x.js' }, { 'lib/x.js': '' }, ['node', 'lib/x.js']],
  [
    'a file that the image makes',
    { BP_LAUNCHPOINT: 'made.js', BP_VERIFY_LAUNCHPOINT: 'false' },
    {},
    ['node', 'made.js'],
  ],
])('%s starts the app when a setting says so', async (_, env, files, command) => {
  await using harness = await open({ start: 'node say.js', serve: 'node say.js serve' }, env, files);
  const { fault, launch } = await harness.build();
  expect(fault).toBeUndefined();
  expect(launch.processes).toMatchObject([{ type: 'web', command, default: true }]);
});

test('a file that starts the app may be written from the project folder or from the root', async () => {
  for (const launchpoint of ['lib/x.mjs', 'server/lib/x.mjs']) {
    const env = { BP_NODE_PROJECT_PATH: 'server', BP_LAUNCHPOINT: launchpoint };
    await using harness = await open({}, env, { 'server/lib/x.mjs': '' });
    const { launch, lines } = await harness.build();
    expect(lines.at(-1)).toBe('    web: node lib/x.mjs');
    expect(launch.processes[0]?.workingDir).toBe(join(harness.appDir, 'server'));
  }
});
