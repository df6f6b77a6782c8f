import { type HarnessOptions, openBuildpackHarness } from '@dema/testkit';
import { expect, test } from 'vitest';
import nodejs from './index.ts';

const APP = {
  'package.json': JSON.stringify({ scripts: { start: 'node server.js' }, dependencies: { express: '^5' } }),
  'package-lock.json': JSON.stringify({ packages: { '': {}, 'node_modules/express': {} } }),
  'server.js': '',
};
const NODE = { line: /^node --version$/, run: async () => ({ stdout: 'v22.1.0' }) };
const NPM = { line: /^npm --version$/, run: async () => ({ stdout: '10.7.0' }) };
const NO_NPM = { line: /^npm --version$/, run: async () => ({ code: 127, stderr: 'npm: not found' }) };
const INSTALL = { line: /^npm ci/ };

function open({ commands = [], met = ['node'], ...options }: HarnessOptions) {
  return openBuildpackHarness(nodejs, {
    dependencies: [{ id: 'npm', version: '11.0.0', files: { 'bin/npm-cli.js': '#!/usr/bin/env node' } }],
    commands: [NODE, ...commands, INSTALL],
    app: APP,
    met,
    ...options,
  });
}

test('the Node.js of an earlier buildpack is used with the npm that comes with it', async () => {
  await using harness = await open({ commands: [NPM] });
  const { fault, lines, layers, launch, commands } = await harness.build();
  expect(fault).toBeUndefined();
  expect(lines).toContain('  Node.js 22.1.0, of an earlier buildpack');
  expect(lines).toContain('  npm 10.7.0, of an earlier buildpack');
  expect(Object.keys(layers)).not.toEqual(expect.arrayContaining(['node']));
  expect(Object.keys(layers)).not.toEqual(expect.arrayContaining(['npm']));
  expect(layers['runtime-environment']).toMatchObject({ launch: true, build: true, cache: false });
  expect(commands.at(-1)?.env.NODE_ENV).toBe('production');
  expect(launch.processes[0]?.command).toEqual(['node', 'server.js']);
  expect(harness.server.requests.filter(({ method }) => method === 'GET')).toEqual([]);
});

test('a Node.js without npm gets one', async () => {
  await using harness = await open({ commands: [NO_NPM] });
  const { fault, layers } = await harness.build();
  expect(fault).toBeUndefined();
  expect(layers.npm).toMatchObject({ build: true });
});

test('what the app asks for and does not get is told', async () => {
  await using harness = await open({ app: { 'server.js': '', '.node-version': 'v24' } });
  expect((await harness.build()).lines).toContain('    warning: .node-version asks for Node.js 24');
});

test('a provider that brings no Node.js is a fault', async () => {
  const missing = { line: /^node --version$/, run: async () => ({ code: 127, stderr: 'sh: node: not found' }) };
  await using harness = await openBuildpackHarness(nodejs, { app: APP, commands: [missing], met: ['node'] });
  expect((await harness.build()).fault).toMatchObject({
    code: 'NODEJS_FOREIGN_NODE_MISSING',
    blame: 'platform',
    details: ['sh: node: not found'],
  });
});
