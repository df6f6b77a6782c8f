import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FakeDependency, openBuildpackHarness, writeFiles } from '@dema/testkit';
import { expect, test } from 'vitest';
import nodejs from './index.ts';

const lockFile = JSON.stringify({
  packages: { '': {}, 'node_modules/express': {}, 'node_modules/typescript': { dev: true } },
});

const commands = [
  { line: /bin\/node --print/, run: async () => ({ stdout: '{"node":"24.2.0","openssl":"3.5.4"}' }) },
  { line: /^npm run build/ },
  {
    line: /^npm ci/,
    async run({ cwd }: { cwd: string }) {
      await writeFiles(cwd, {
        'node_modules/express/package.json': '{"name":"express","version":"5.1.0","license":"MIT"}',
        'node_modules/typescript/package.json': '{"name":"typescript","version":"5.9.0"}',
      });
      return {};
    },
  },
];

const dependencies: FakeDependency[] = [
  { id: 'node', version: '24.2.0', files: { 'bin/node': '#!node' }, bundles: { npm: '11.0.0' } },
  { id: 'npm', version: '11.0.0', files: { 'bin/npm-cli.js': '' } },
];

test('the SBOM names the runtime, what is built into it, and the packages that stay', async () => {
  await using harness = await openBuildpackHarness(nodejs, {
    app: {
      'package.json': JSON.stringify({ scripts: { build: 'tsc', start: 'node .' }, dependencies: { express: '5' } }),
      'package-lock.json': lockFile,
    },
    dependencies,
    commands,
  });
  expect((await harness.build()).fault).toBeUndefined();
  const purlsOf = async (name: string) => {
    const { components } = JSON.parse(await readFile(join(harness.layersDir, `${name}.sbom.cdx.json`), 'utf8'));
    return components.map(({ purl }: { purl: string }) => purl);
  };
  expect(await purlsOf('node')).toEqual(['pkg:generic/node@24.2.0', 'pkg:generic/openssl@3.5.4']);
  expect(await purlsOf('npm')).toEqual(['pkg:generic/npm@11.0.0']);
  expect(await purlsOf('launch')).toEqual(['pkg:npm/express@5.1.0']);
});
