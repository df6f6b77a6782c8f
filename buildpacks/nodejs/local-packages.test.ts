import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FakeDependency, type Files, openBuildpackHarness, writeFiles } from '@dema/testkit';
import { expect, test } from 'vitest';
import nodejs from './index.ts';

const dependencies: FakeDependency[] = [
  { id: 'node', version: '24.2.0', files: { 'bin/node': '#!node' }, bundles: { npm: '11.0.0' } },
  { id: 'npm', version: '11.0.0', files: { 'bin/npm-cli.js': '' } },
];

interface Monorepo {
  packageJson: object;
  /** The table `packages` of the lock file. */
  packages: object;
  files: Files;
  /** What npm puts into the app. */
  installed?: Files;
}

function open({ packageJson, packages, files, installed = {} }: Monorepo) {
  const npm = {
    line: /^npm (ci|install)/,
    async run({ cwd }: { cwd: string }) {
      await writeFiles(cwd, installed);
      return {};
    },
  };
  return openBuildpackHarness(nodejs, {
    app: {
      'package.json': JSON.stringify({ scripts: { start: 'node server.js' }, ...packageJson }),
      'package-lock.json': JSON.stringify({ packages: { '': {}, ...packages } }),
      'server.js': '',
      ...files,
    },
    dependencies,
    commands: [
      { line: /bin\/node --print/, run: async () => ({ stdout: '{"node":"24.2.0"}' }) },
      npm,
      { line: /^npm run/ },
    ],
  });
}

test('npm runs in every build of an app whose workspace has native code', async () => {
  await using harness = await open({
    packageJson: { workspaces: ['packages/*'] },
    packages: { 'node_modules/a': { resolved: 'packages/a', link: true }, 'packages/a': {} },
    files: { 'packages/a/package.json': '{}', 'packages/a/binding.gyp': '{}' },
  });
  await harness.build();
  await harness.restore();
  const { lines, commands } = await harness.build();
  expect(lines).toContain("    npm runs in every build, because of the app's own script binding.gyp of packages/a");
  expect(commands.map(({ line }) => line)).toContain('npm ci --include=dev');
});

test('npm runs in every build when it also writes beside the project folder', async () => {
  await using harness = await open({
    packageJson: { dependencies: { shared: 'file:../shared' } },
    packages: { 'node_modules/shared': { resolved: '../shared', link: true }, '../shared': {} },
    files: {},
  });
  await harness.build();
  await harness.restore();
  const { lines } = await harness.build();
  expect(lines).toContain('    npm runs in every build, because of ../shared, a package outside of the project folder');
});

test('a folder of the app stays, though only development needs the package in it', async () => {
  await using harness = await open({
    packageJson: {
      scripts: { build: 'tool', start: 'node server.js' },
      devDependencies: { tool: 'file:./tool' },
    },
    packages: {
      'node_modules/tool': { resolved: 'tool', link: true, dev: true },
      tool: { dev: true },
      'tool/node_modules/left': { dev: true },
      '../beside': { dev: true },
      'node_modules/../../layers/node': { dev: true },
    },
    files: { 'tool/package.json': '{"name":"tool"}', 'tool/template.txt': 'used at run time' },
    installed: { 'node_modules/tool': { link: '../tool' }, 'tool/node_modules/left/x.js': '' },
  });
  await writeFiles(join(harness.appDir, '..'), { 'beside/x': '' });
  expect((await harness.build()).fault).toBeUndefined();
  expect((await readdir(join(harness.appDir, 'tool'))).sort()).toEqual([
    'node_modules',
    'package.json',
    'template.txt',
  ]);
  expect(await readdir(join(harness.appDir, 'tool/node_modules'))).toEqual([]);
  expect(await readdir(join(harness.appDir, 'node_modules'))).toEqual([]);
  expect(await readdir(join(harness.appDir, '../beside'))).toEqual(['x']);
  expect(await readdir(join(harness.layersDir, 'node'))).toContain('bin');
});
