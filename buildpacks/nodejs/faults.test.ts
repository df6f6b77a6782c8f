import { type Files, type HarnessOptions, openBuildpackHarness } from '@dema/testkit';
import { expect, test } from 'vitest';
import nodejs from './index.ts';

function open({ commands = [], ...options }: HarnessOptions) {
  return openBuildpackHarness(nodejs, {
    dependencies: [
      { id: 'node', version: '24.2.0', files: { 'bin/node': '#!node' }, bundles: { npm: '11.0.0' } },
      { id: 'npm', version: '11.0.0', files: { 'bin/npm-cli.js': '' } },
    ],
    commands: [...commands, { line: /bin\/node --print/, run: async () => ({ stdout: '{"node":"24.2.0"}' }) }],
    ...options,
  });
}

test('a Node.js that lacks a library of the build image is told at once', async () => {
  const stderr = 'node: error while loading shared libraries: libx.so.1: cannot open shared object file';
  const broken = { line: /bin\/node --print/, run: async () => ({ code: 127, stderr }) };
  await using harness = await open({ app: { 'server.js': '' }, commands: [broken] });
  expect((await harness.build()).fault).toMatchObject({
    code: 'NODEJS_RUNTIME_BROKEN',
    problem: 'Node.js 24.2.0 does not start in the build image, which lacks libx.so.1.',
    blame: 'platform',
  });
});

const faults: [string, string, Files, Record<string, string>][] = [
  ['NODEJS_PACKAGE_JSON_INVALID', 'package.json:1:8 ', { 'package.json': '{"a":1 "b":2}' }, {}],
  ['NODEJS_PACKAGE_JSON_INVALID', 'package.json is not an object', { 'package.json': '[]' }, {}],
  ['NODEJS_PACKAGE_JSON_INVALID', 'package.json is not an object', { 'package.json': 'null' }, {}],
  [
    'NODEJS_PACKAGE_JSON_FIELD_INVALID',
    '"scripts.start" in package.json',
    { 'package.json': '{"scripts":{"start":1}}' },
    {},
  ],
  [
    'NODEJS_LOCK_FILE_INVALID',
    'package-lock.json:1:1 ',
    { 'package.json': '{}', 'package-lock.json': '<<<<<<< HEAD' },
    {},
  ],
  [
    'NODEJS_VERSION_INVALID',
    '.nvmrc asks for Node.js "lts/zirconium"',
    { 'server.js': '', '.nvmrc': 'lts/zirconium' },
    {},
  ],
  ['NODEJS_PROJECT_PATH_MISSING', 'BP_NODE_PROJECT_PATH is "nowhere"', {}, { BP_NODE_PROJECT_PATH: 'nowhere' }],
  [
    'NODEJS_PACKAGE_MANAGER_UNSUPPORTED',
    '"packageManager" of package.json asks for pnpm',
    { 'package.json': '{"packageManager":"pnpm@9.1.0+sha512.x","dependencies":{"a":"1"}}', 'package-lock.json': '{}' },
    {},
  ],
  [
    'NODEJS_PACKAGE_MANAGER_UNSUPPORTED',
    '"devEngines.packageManager" of package.json asks for Yarn',
    { 'package.json': '{"devEngines":{"packageManager":[{"name":"yarn"}]},"scripts":{"build":"x"}}' },
    {},
  ],
  [
    'NODEJS_PACKAGE_MANAGER_UNSUPPORTED',
    'yarn.lock asks for Yarn',
    { 'package.json': '{"dependencies":{"a":"1"}}', 'yarn.lock': '', 'server.js': '' },
    {},
  ],
  [
    'NODEJS_PACKAGE_MANAGER_UNSUPPORTED',
    'pnpm-lock.yaml asks for pnpm',
    { 'package.json': '{"dependencies":{"a":"1"}}', 'pnpm-lock.yaml': '', 'server.js': '' },
    {},
  ],
  ['NODEJS_START_MISSING', 'package.json has no "start" script', { 'package.json': '{}' }, {}],
  [
    'NODEJS_START_SCRIPT_MISSING',
    'BP_NPM_START_SCRIPT is "serve"',
    { 'package.json': '{}' },
    { BP_NPM_START_SCRIPT: 'serve' },
  ],
  ['NODEJS_LAUNCHPOINT_MISSING', 'BP_LAUNCHPOINT is "x.js"', { 'server.js': '' }, { BP_LAUNCHPOINT: 'x.js' }],
  [
    'NODEJS_RUN_SCRIPT_MISSING',
    'BP_NODE_RUN_SCRIPTS names "lint"',
    { 'package.json': '{}' },
    { BP_NODE_RUN_SCRIPTS: 'lint' },
  ],
  [
    'DEPENDENCY_VERSION_UNSATISFIABLE',
    '">=99" from package.json',
    { 'server.js': '', 'package.json': '{"engines":{"node":">=99"}}' },
    {},
  ],
];

test.each(faults)('%s: %s', async (code, problem, app, env) => {
  await using harness = await open({ app, env });
  const outcome = await harness.build();
  expect(outcome.fault).toMatchObject({ code, blame: 'user' });
  expect(outcome.fault?.problem).toContain(problem);
  expect(outcome.fault?.fix).not.toBe('');
  expect(outcome.code).toBe(1);
});

test('NODEJS_RUN_SCRIPT_FAILED shows the end of what the script said', async () => {
  const manifest = { scripts: { build: 'tsc', start: 'node server.js' } };
  const failing = {
    line: /^npm run build$/,
    run: async () => ({ code: 2, stdout: 'src/a.ts(1,1): error TS1005', stderr: 'npm error code 2' }),
  };
  await using harness = await open({ app: { 'package.json': JSON.stringify(manifest) }, commands: [failing] });
  const { fault } = await harness.build();
  expect(fault).toMatchObject({ code: 'NODEJS_RUN_SCRIPT_FAILED', details: ['src/a.ts(1,1): error TS1005'] });
});
