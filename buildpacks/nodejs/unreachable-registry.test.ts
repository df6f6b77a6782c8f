import { type BuildpackHarness, type Files, openBuildpackHarness } from '@dema/testkit';
import { expect, test } from 'vitest';
import nodejs from './index.ts';

const NOT_CACHED = 'npm error code ENOTCACHED\nnpm error request to https://registry.example/x failed: not cached\n';

function appWith(version: string): Files {
  const manifest = { scripts: { start: 'node server.js' }, dependencies: { express: version } };
  return { 'package.json': JSON.stringify(manifest), 'server.js': '' };
}

/** Built once with a registry, which is gone after that. @param stderr of npm when it may not use the network; none when its cache is enough */
async function openWithoutRegistry(stderr?: string): Promise<BuildpackHarness> {
  const harness = await openBuildpackHarness(nodejs, {
    app: appWith('^5'),
    dependencies: [
      { id: 'node', version: '24.2.0', files: { 'bin/node': '#!node' }, bundles: { npm: '11.0.0' } },
      { id: 'npm', version: '11.0.0', files: { 'bin/npm-cli.js': '' } },
    ],
    commands: [
      { line: /bin\/node --print/, run: async () => ({ stdout: '{"node":"24.2.0"}' }) },
      {
        line: /^npm install/,
        run: async ({ env }) => (env.npm_config_offline && stderr ? { code: 1, stderr } : {}),
      },
    ],
  });
  expect((await harness.build()).code).toBe(0);
  await harness.restore();
  await harness.server.close();
  await harness.writeApp(appWith('^5.1'));
  return harness;
}

test('without its registry npm takes what it fetched before', async () => {
  await using harness = await openWithoutRegistry();
  const { code, lines } = await harness.build();
  expect(code).toBe(0);
  expect(lines).toContainEqual(
    expect.stringMatching(/warning: npm packages cannot be fetched: 127.* is not reachable/),
  );
});

test('where that is not enough the fault says who was not reachable', async () => {
  await using harness = await openWithoutRegistry(NOT_CACHED);
  const { code, fault } = await harness.build();
  expect(code).not.toBe(0);
  expect(fault).toMatchObject({ code: 'NODEJS_REGISTRY_UNREACHABLE', blame: 'platform' });
  expect(fault?.problem).toContain(harness.server.host);
  expect(fault?.details.join()).toContain('ECONNREFUSED');
});

test('another failure of npm stays what it is', async () => {
  await using harness = await openWithoutRegistry('npm error code EUSAGE\n');
  expect((await harness.build()).fault?.code).toBe('NODEJS_LOCK_FILE_MISMATCH');
});
