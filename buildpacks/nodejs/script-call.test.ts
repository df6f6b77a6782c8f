import { expect, test } from 'vitest';
import { findScriptCall } from './script-call.ts';

const PLAIN = { workspaces: [], ifPresent: false, isAlone: false, variables: {} };

test.each([
  ['npm start', { kind: 'script', name: 'start', args: [], ...PLAIN }],
  ['npm run serve -- --port 1', { kind: 'script', name: 'serve', args: ['--port', '1'], ...PLAIN }],
  ['npm run-script -s serve a -- -b', { kind: 'script', name: 'serve', args: ['a', '-b'], ...PLAIN }],
  ['npm --loglevel error --prefix web start', { kind: 'script', name: 'start', args: [], ...PLAIN, prefix: 'web' }],
  ['npm -C web run x', { kind: 'script', name: 'x', args: [], ...PLAIN, prefix: 'web' }],
  ['npm start -w @m/web', { kind: 'script', name: 'start', args: [], ...PLAIN, workspaces: ['@m/web'] }],
  [
    'npm run x --workspace=a --workspace b -- c',
    { kind: 'script', name: 'x', args: ['c'], ...PLAIN, workspaces: ['a', 'b'] },
  ],
  [
    'npm run x --if-present --ignore-scripts',
    { kind: 'script', name: 'x', args: [], ...PLAIN, ifPresent: true, isAlone: true },
  ],
  [
    'npm start --port 3000 --no-open --host=0.0.0.0 --dev-tools',
    {
      kind: 'script',
      name: 'start',
      args: [],
      ...PLAIN,
      variables: {
        npm_config_port: '3000',
        npm_config_open: '',
        npm_config_host: '0.0.0.0',
        npm_config_dev_tools: 'true',
      },
    },
  ],
  ['npm t', { kind: 'script', name: 'test', args: [], ...PLAIN }],
  ['npx -y next start -p 1', { kind: 'program', words: ['next', 'start', '-p', '1'], ...PLAIN }],
  ['npm exec -w web -- next start', { kind: 'program', words: ['next', 'start'], ...PLAIN, workspaces: ['web'] }],
  ['npm x next', { kind: 'program', words: ['next'], ...PLAIN }],
  ['yarn serve --port 1', { kind: 'script', name: 'serve', args: ['--port', '1'], ...PLAIN, mayBeProgram: true }],
  ['yarn workspace a run b', { kind: 'script', name: 'b', args: [], ...PLAIN, workspaces: ['a'], mayBeProgram: true }],
  [
    'pnpm -C web --filter a b',
    { kind: 'script', name: 'b', args: [], ...PLAIN, prefix: 'web', workspaces: ['a'], mayBeProgram: true },
  ],
  ['node --run serve -- -p 1', { kind: 'script', name: 'serve', args: ['-p', '1'], ...PLAIN, isAlone: true }],
  ['npm ci', { kind: 'other' }],
  ['npm run', { kind: 'other' }],
  ['npm run x --workspaces', { kind: 'other' }],
  ['npx -c x', { kind: 'other' }],
  ['npx --package a b', { kind: 'other' }],
  ['yarn', { kind: 'other' }],
  ['node server.js', undefined],
])('%s', (line, call) => {
  expect(findScriptCall(line.split(' '))).toEqual(call);
});
