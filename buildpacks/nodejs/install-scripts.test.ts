import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BuildpackHarness,
  type Files,
  type HarnessOptions,
  openBuildpackHarness,
  writeFiles,
} from '@dema/testkit';
import { expect, test } from 'vitest';
import nodejs from './index.ts';

const EXPRESS: Files = {
  'package.json': JSON.stringify({ scripts: { start: 'node server.js' }, dependencies: { express: '^5' } }),
  'package-lock.json': JSON.stringify({ packages: { '': {}, 'node_modules/express': {} } }),
  'server.js': '',
};

const NPM = { line: /^npm ci/ };

function open({ commands = [NPM], ...options }: HarnessOptions): Promise<BuildpackHarness> {
  return openBuildpackHarness(nodejs, {
    dependencies: [
      { id: 'node', version: '24.2.0', files: { 'bin/node': '#!node' }, bundles: { npm: '11.0.0' } },
      { id: 'npm', version: '11.0.0', files: { 'bin/npm-cli.js': '' } },
    ],
    commands: [{ line: /bin\/node --print/, run: async () => ({ stdout: '{"node":"24.2.0"}' }) }, ...commands],
    ...options,
  });
}

/** A build with the runs of npm only. */
async function build(harness: BuildpackHarness) {
  const outcome = await harness.build();
  return { ...outcome, commands: outcome.commands.filter(({ line }) => line.startsWith('npm ')) };
}

async function again(harness: BuildpackHarness): Promise<void> {
  await harness.restore();
  await rm(join(harness.appDir, 'node_modules'), { recursive: true, force: true });
}

test('npm runs in every build of an app with install scripts of its own', async () => {
  const manifest = { scripts: { start: 'node server.js', postinstall: 'node patch.js' } };
  await using harness = await open({ app: { ...EXPRESS, 'package.json': JSON.stringify(manifest) } });
  await build(harness);
  await harness.restore();
  expect((await build(harness)).commands.map(({ line }) => line)).toEqual(['npm ci --include=dev']);
});

test.each(['husky', 'is-ci || husky install', 'npx husky && patch-package'])(
  '%s as a script for installing finds what only development needs, and changes nothing that is kept',
  async (prepare) => {
    const lock = { packages: { '': {}, 'node_modules/express': {}, 'node_modules/husky': { dev: true } } };
    const manifest = { scripts: { start: 'node server.js', prepare }, devDependencies: { husky: '9' } };
    const app = { ...EXPRESS, 'package.json': JSON.stringify(manifest), 'package-lock.json': JSON.stringify(lock) };
    const npm = {
      line: /^npm ci --include=dev$/,
      async run({ cwd, env }: { cwd: string; env: Record<string, string> }) {
        await writeFiles(cwd, { 'node_modules/husky/x.js': `${env.HUSKY}`, 'node_modules/express/x.js': '' });
        return {};
      },
    };
    await using harness = await open({ app, commands: [npm] });
    const first = await build(harness);
    expect(first.fault).toBeUndefined();
    expect(first.commands).toHaveLength(1);
    expect(first.commands[0]?.env.HUSKY).toBe('0');
    expect(await readdir(join(harness.appDir, 'node_modules'))).toEqual(['express']);
    await again(harness);
    expect((await build(harness)).commands).toEqual([]);
    expect(await readdir(join(harness.appDir, 'node_modules'))).toEqual(['express']);
  },
);

test('patches are part of what packages depend on, not a reason to install in every build', async () => {
  const manifest = { scripts: { start: 'node server.js', postinstall: 'patch-package' } };
  const app = { ...EXPRESS, 'package.json': JSON.stringify(manifest), 'patches/express+5.patch': '-a' };
  await using harness = await open({ app });
  await build(harness);
  await again(harness);
  expect((await build(harness)).commands).toEqual([]);
  await again(harness);
  await harness.writeApp({ 'patches/express+5.patch': '-b' });
  expect((await build(harness)).lines).toContain('    layer modules: making (patches changed)');
});

test('npm runs in every build where a package in a folder of the app has install scripts', async () => {
  const lock = { packages: { '': {}, 'packages/a': {}, 'node_modules/a': { resolved: 'packages/a', link: true } } };
  const app = {
    'package.json': JSON.stringify({ workspaces: ['packages/*'] }),
    'package-lock.json': JSON.stringify(lock),
    'packages/a/package.json': JSON.stringify({ scripts: { prepare: 'tsc' } }),
    'server.js': '',
  };
  await using harness = await open({ app });
  await build(harness);
  await harness.restore();
  const { commands, lines } = await build(harness);
  expect(commands).toHaveLength(1);
  expect(lines.join('\n')).toContain('prepare of packages/a');
});
