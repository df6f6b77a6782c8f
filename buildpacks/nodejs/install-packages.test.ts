import { type Files, openBuildpackHarness, writeFiles } from '@dema/testkit';
import { expect, test } from 'vitest';
import nodejs from './index.ts';

const APP: Files = {
  'package.json': JSON.stringify({ scripts: { start: 'node server.js' }, dependencies: { express: '^5' } }),
  'package-lock.json': JSON.stringify({ packages: { '': {}, 'node_modules/express': {} } }),
  'server.js': '',
};
const CUT_OFF =
  'npm error code ECONNRESET\nnpm error network Invalid response body while trying to fetch http://host/express: aborted\n';
const REFUSED = 'npm error code ECONNREFUSED\nnpm error network request to http://host/express failed\n';

/** npm fails with these texts, one after the other, and then does its work. */
function open(failures: string[]) {
  const left = [...failures];
  async function run({ cwd }: { cwd: string }) {
    const stderr = left.shift();
    if (stderr !== undefined) return { code: 1, stderr };
    await writeFiles(cwd, { 'node_modules/express/index.js': '' });
    return { stdout: 'added 1 package' };
  }
  return openBuildpackHarness(nodejs, {
    app: APP,
    dependencies: [
      { id: 'node', version: '24.2.0', files: { 'bin/node': '#!node' }, bundles: { npm: '11.0.0' } },
      { id: 'npm', version: '11.0.0', files: { 'bin/npm-cli.js': '' } },
    ],
    commands: [
      { line: /bin\/node --print/, run: async () => ({ stdout: '{"node":"24.2.0"}' }) },
      { line: /^npm ci/, run },
    ],
  });
}

test('npm goes on after downloads that broke off', async () => {
  await using harness = await open([CUT_OFF, CUT_OFF]);
  const { code, commands } = await harness.build();
  expect(code).toBe(0);
  expect(commands.map(({ line }) => line).filter((line) => line.startsWith('npm'))).toEqual([
    'npm ci --omit=dev',
    'npm ci --omit=dev --prefer-offline',
    'npm ci --omit=dev --prefer-offline',
  ]);
});

test('a registry that refuses is not asked again', async () => {
  await using harness = await open([REFUSED]);
  const { code, commands, fault } = await harness.build();
  expect(code).not.toBe(0);
  expect(fault?.code).toBe('NODEJS_REGISTRY_UNREACHABLE');
  expect(commands.filter(({ line }) => line.startsWith('npm ci'))).toHaveLength(1);
});
