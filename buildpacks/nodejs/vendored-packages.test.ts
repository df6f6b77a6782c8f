import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FakeDependency, type Files, openBuildpackHarness, type ScriptedCommand } from '@dema/testkit';
import { expect, test } from 'vitest';
import nodejs from './index.ts';

const dependencies: FakeDependency[] = [
  {
    id: 'node',
    version: '24.2.0',
    files: { 'bin/node': '#!node', 'include/node/node.h': '' },
    bundles: { npm: '11.0.0' },
  },
  { id: 'npm', version: '11.0.0', files: { 'bin/npm-cli.js': '' } },
];

const VENDORED: Files = {
  'package.json': JSON.stringify({
    scripts: { start: 'node server.js' },
    dependencies: { express: '^5' },
    devDependencies: { tool: '1' },
  }),
  'server.js': '',
  'node_modules/express/package.json': '{"name":"express","version":"5.1.0"}',
  'node_modules/tool/package.json': '{"name":"tool","version":"1.0.0"}',
  'node_modules/unasked/package.json': '{"name":"unasked","version":"1.0.0"}',
};

function open({ app = VENDORED, commands = [] }: { app?: Files; commands?: ScriptedCommand[] } = {}) {
  return openBuildpackHarness(nodejs, {
    app,
    dependencies,
    commands: [
      { line: /bin\/node --print/, run: async () => ({ stdout: '{"node":"24.2.0"}' }) },
      ...commands,
      { line: /^npm ls/, run: async () => ({ stdout: '{}' }) },
      { line: /^npm rebuild/ },
      { line: /^npm query/, run: async () => ({ stdout: '[{"location":"node_modules/tool"},{"location":"../x"}]' }) },
    ],
  });
}

test('packages that came with the app are checked and built, and none is downloaded', async () => {
  await using harness = await open();
  const { fault, commands, layers, launch } = await harness.build();
  expect(fault).toBeUndefined();
  expect(commands.map(({ line }) => line).filter((line) => line.startsWith('npm'))).toEqual([
    'npm ls --all --json --omit=dev',
    'npm rebuild --offline',
    'npm query .dev',
  ]);
  expect(commands.at(-2)?.env.npm_config_nodedir).toBe(join(harness.layersDir, 'node-headers'));
  expect(Object.keys(layers)).not.toContain('modules');
  expect((await readdir(join(harness.appDir, 'node_modules'))).sort()).toEqual(['express', 'unasked']);
  expect(launch.slices).toEqual([{ paths: ['node_modules'] }]);
});

test('scripts around an installation run around the building of what came with the app', async () => {
  const scripts = { start: 'node server.js', preinstall: 'a', postinstall: 'b' };
  const app = { ...VENDORED, 'package.json': JSON.stringify({ scripts, dependencies: { express: '^5' } }) };
  await using harness = await open({ app, commands: [{ line: /^npm run/ }] });
  const { fault, commands } = await harness.build();
  expect(fault).toBeUndefined();
  expect(commands.map(({ line }) => line).filter((line) => line.startsWith('npm r'))).toEqual([
    'npm run preinstall',
    'npm rebuild --offline',
    'npm run postinstall',
  ]);
});

test('a lock file says more than what came with the app', async () => {
  const ci = { line: /^npm ci/ };
  await using harness = await open({ app: { ...VENDORED, 'package-lock.json': '{"packages":{}}' }, commands: [ci] });
  const { commands } = await harness.build();
  expect(commands.map(({ line }) => line)).toContain('npm ci --omit=dev');
});

test('what tools keep for themselves is no package', async () => {
  const app = { 'package.json': '{}', 'server.js': '', 'node_modules/.cache/x': '', 'node_modules/.bin/x': '' };
  await using harness = await open({ app });
  expect((await harness.build()).commands.some(({ line }) => line.startsWith('npm'))).toBe(false);
});

test('NODEJS_VENDORED_PACKAGES_UNMET names what is missing', async () => {
  const problems = [
    'missing: express@^5, required by app@1.0.0',
    'extraneous: unasked@1.0.0 /app/node_modules/unasked',
  ];
  const ls = { line: /^npm ls/, run: async () => ({ code: 1, stdout: JSON.stringify({ problems }) }) };
  await using harness = await open({ commands: [ls] });
  const { fault, code } = await harness.build();
  expect(fault).toMatchObject({ code: 'NODEJS_VENDORED_PACKAGES_UNMET', blame: 'user', details: [problems[0]] });
  expect(code).toBe(1);
});

test('an npm that breaks while it looks shows what it says', async () => {
  const ls = { line: /^npm ls/, run: async () => ({ code: 1, stdout: 'no JSON', stderr: 'npm error broken' }) };
  await using harness = await open({ commands: [ls] });
  expect((await harness.build()).fault?.details).toEqual(['npm error broken']);
});
