import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanEntry } from '@dema/buildpack';
import {
  type BuildpackHarness,
  type CommandOutcome,
  type Files,
  type HarnessOptions,
  openBuildpackHarness,
  writeFiles,
} from '@dema/testkit';
import { expect, test } from 'vitest';
import nodejs from './index.ts';

const NODE_FILES: Files = {
  'bin/node': '#!node',
  LICENSE: 'MIT',
  'include/node/node.h': '/* node.h */',
  'README.md': 'read me',
};
const DEPENDENCIES = [
  { id: 'node', version: '22.1.0', files: { ...NODE_FILES, LICENSE: 'of 22' }, bundles: { npm: '10.0.0' } },
  { id: 'node', version: '24.2.0', files: NODE_FILES, bundles: { npm: '11.0.0' } },
  { id: 'npm', version: '10.0.0', files: { 'bin/npm-cli.js': '#!/usr/bin/env node' } },
  { id: 'npm', version: '11.0.0', files: { 'bin/npm-cli.js': '#!/usr/bin/env node' } },
];

const EXPRESS: Files = {
  'package.json': JSON.stringify({ scripts: { start: 'node server.js' }, dependencies: { express: '^5' } }),
  'package-lock.json': JSON.stringify({ packages: { '': {}, 'node_modules/express': {} } }),
  'server.js': '',
};

/** npm as far as these tests need it: it writes a package and what npm writes for itself. */
const NPM = {
  line: /^npm (ci|install)/,
  async run({ cwd }: { cwd: string }) {
    await writeFiles(cwd, {
      'node_modules/express/index.js': 'express',
      'node_modules/express/cli.js': '#!/usr/bin/env node',
      'node_modules/.bin/express': { link: '../express/cli.js' },
      'node_modules/.package-lock.json': '{}',
      'node_modules/.cache/x': 'x',
    });
    return { stdout: 'added 1 package' };
  },
};

const NODE_VERSIONS = {
  line: /node\/bin\/node --print JSON.stringify\(process.versions\)$/,
  run: async () => ({ stdout: '{"node":"24.2.0","openssl":"3.5.4"}' }),
};

function open({ commands = [NPM], ...options }: HarnessOptions): Promise<BuildpackHarness> {
  return openBuildpackHarness(nodejs, {
    dependencies: DEPENDENCIES,
    defaultVersions: { node: '24.x' },
    commands: [NODE_VERSIONS, ...commands],
    ...options,
  });
}

/** A build with the runs of npm only. */
async function build(harness: BuildpackHarness, env?: Record<string, string>) {
  const outcome = await harness.build(env);
  return { ...outcome, commands: outcome.commands.filter(({ line }) => line.startsWith('npm ')) };
}

/** What happens between two builds: a platform restores the layers, and the app is as its developers have it. */
async function again(harness: BuildpackHarness): Promise<void> {
  await harness.restore();
  await rm(join(harness.appDir, 'node_modules'), { recursive: true, force: true });
}

test('says no to an app without package.json and entry file', async () => {
  await using harness = await open({ app: { 'README.md': '' } });
  const { code, lines } = await harness.detect();
  expect(code).toBe(100);
  expect(lines).toEqual(['no package.json and no server, app, main or index file (.js, .cjs, .mjs)']);
});

test('says why it says yes, and plans', async () => {
  await using harness = await open({ app: { ...EXPRESS, '.nvmrc': 'lts/jod\n' } });
  const { code, lines, plan } = await harness.detect({ BP_NODE_VERSION: 'v24' });
  expect({ code, lines }).toEqual({ code: 0, lines: ['package.json with start script "node server.js"'] });
  expect(plan.provides.map(({ name }) => name)).toEqual(['node', 'npm', 'node_modules']);
  expect(plan.requires[0]).toEqual({
    name: 'node',
    metadata: {
      build: true,
      launch: true,
      version: '24',
      'version-source': 'BP_NODE_VERSION',
      'required-by': 'dema/nodejs',
    },
  });
});

test.each([
  [{ 'server.mjs': '' }, 'server.mjs'],
  [{ 'package.json': '{}', 'app.js': '' }, 'package.json and app.js'],
  [{ 'package.json': '{"main":"lib/x.js"}' }, 'package.json with main "lib/x.js"'],
])('detects %j', async (app, reason) => {
  await using harness = await open({ app });
  expect((await harness.detect()).lines).toEqual([reason]);
});

test('installs Node.js alone for an app without packages', async () => {
  await using harness = await open({ app: { 'server.js': '' } });
  const { code, lines, launch, layers, commands } = await build(harness);
  expect(lines).toMatchInlineSnapshot(`
    [
      "  node 24.2.0, newest of "24.x", the default",
      "    layer node: making (nothing is kept from an earlier build)",
      "    downloaded node 24.2.0, <size>",
      "    layer node: made in <time>",
      "  Start command, from a file of a usual name",
      "    web: node server.js",
    ]
  `);
  expect(code).toBe(0);
  expect(commands).toEqual([]);
  expect(launch.processes).toMatchObject([{ type: 'web', command: ['node', 'server.js'], default: true }]);
  expect(launch.slices).toEqual([]);
  expect(Object.keys(layers)).toEqual(['environment', 'node']);
  expect(layers.node).toMatchObject({ launch: true, build: true, cache: true });
  expect((await readdir(join(harness.layersDir, 'node'), { recursive: true })).sort()).toEqual([
    'LICENSE',
    'bin',
    'bin/node',
    'env',
    'env/NODE_ENV.default',
    'env/NODE_HOME.default',
    'env/NODE_OPTIONS.default',
    'env/NODE_VERBOSE.default',
  ]);
  expect(harness.server.requests.map(({ path }) => path)).toEqual(['/node/-/node-24.2.0.tgz']);
});

test('installs packages without those of development, and keeps nothing of npm in the app', async () => {
  await using harness = await open({ app: EXPRESS });
  const { code, lines, commands, launch, layers } = await build(harness);
  expect(lines).toMatchInlineSnapshot(`
    [
      "  node 24.2.0, newest of "24.x", the default",
      "    layer node: making (nothing is kept from an earlier build)",
      "    downloaded node 24.2.0, <size>",
      "    layer node: made in <time>",
      "  npm 11.0.0, asked for by Node.js 24.2.0",
      "    layer npm: making (nothing is kept from an earlier build)",
      "    downloaded npm 11.0.0, <size>",
      "    layer npm: made in <time>",
      "  Packages of package-lock.json",
      "    layer modules: making (nothing is kept from an earlier build)",
      "    $ npm ci --omit=dev",
      "      added 1 package",
      "    took <time>",
      "    layer modules: made in <time>",
      "  Start command, from the script "start" of package.json",
      "    web: node server.js",
    ]
  `);
  expect(code).toBe(0);
  expect(commands.map(({ line }) => line)).toEqual(['npm ci --omit=dev']);
  expect(commands[0]?.env).toMatchObject({
    NODE_ENV: 'production',
    npm_config_cache: join(harness.layersDir, 'npm-cache'),
  });
  expect(commands[0]?.env.PATH).toContain(join(harness.layersDir, 'npm/bin'));
  expect(await readlink(join(harness.layersDir, 'npm/bin/npm'))).toBe('../lib/node_modules/npm/bin/npm-cli.js');
  expect((await readdir(join(harness.appDir, 'node_modules'))).sort()).toEqual(['.bin', 'express']);
  expect(launch.slices).toEqual([{ paths: ['node_modules'] }]);
  const kinds = Object.entries(layers).map(([name, { launch, build, cache }]) => [name, { launch, build, cache }]);
  expect(Object.fromEntries(kinds)).toEqual({
    environment: { launch: true, build: false, cache: false },
    modules: { launch: false, build: false, cache: true },
    node: { launch: true, build: true, cache: true },
    npm: { launch: false, build: true, cache: true },
    'npm-cache': { launch: false, build: false, cache: true },
  });
});

test('an unchanged app gets its packages back without npm and without the network', async () => {
  await using harness = await open({ app: EXPRESS });
  await build(harness);
  await rm(join(harness.appDir, 'node_modules'), { recursive: true });
  await harness.restore();
  harness.server.requests.length = 0;
  const { code, lines, commands } = await build(harness);
  expect(lines).toMatchInlineSnapshot(`
    [
      "  node 24.2.0, newest of "24.x", the default",
      "    layer node: reusing",
      "  npm 11.0.0, asked for by Node.js 24.2.0",
      "    layer npm: reusing",
      "  Packages of package-lock.json",
      "    layer modules: reusing",
      "  Start command, from the script "start" of package.json",
      "    web: node server.js",
    ]
  `);
  expect(code).toBe(0);
  expect(commands).toEqual([]);
  expect(harness.server.requests).toEqual([]);
  expect(await readlink(join(harness.appDir, 'node_modules/.bin/express'))).toBe('../express/cli.js');
});

test('the start command does not depend on where packages stand during the build', async () => {
  const app = { ...EXPRESS, 'package.json': '{"scripts":{"start":"express"},"dependencies":{"express":"5"}}' };
  await using harness = await open({ app });
  const env = { DEMA_PLACED_FILE: join(harness.layersDir, 'placed.jsonl') };
  const first = await build(harness, env);
  expect(first.launch.processes[0]?.command).toEqual(['node', 'node_modules/express/cli.js']);
  await again(harness);
  const second = await build(harness, env);
  expect(await readlink(join(harness.appDir, 'node_modules'))).toBe(join(harness.layersDir, 'modules/node_modules'));
  expect(second.launch).toEqual(first.launch);
});

test.each([
  [
    'package-lock.json',
    { 'package-lock.json': '{"packages":{"":{},"node_modules/express":{"version":"2"}}}' },
    {},
    'package-lock.json changed',
  ],
  ['.npmrc', { '.npmrc': 'omit=optional' }, {}, '.npmrc is new'],
  ['Node.js', {}, { BP_NODE_VERSION: '22' }, 'Node.js 24.2.0 -> 22.1.0, npm 11.0.0 -> 10.0.0'],
  ['a patch', { 'patches/express+5.patch': '-a\n+b' }, {}, 'patches is new'],
  ['NODE_ENV', {}, { NODE_ENV: 'test' }, 'NODE_ENV is new'],
  ['npm settings', {}, { NPM_CONFIG_IGNORE_SCRIPTS: 'true' }, 'npm configuration is new'],
])('npm runs again when %s changes', async (_, files, env, reason) => {
  await using harness = await open({ app: EXPRESS });
  await build(harness);
  await harness.restore();
  await harness.writeApp(files);
  const { lines, commands } = await build(harness, env as Record<string, string>);
  expect(lines).toContain(`    layer modules: making (${reason})`);
  expect(commands).toHaveLength(1);
});

test('another version is all that is said of Node.js', async () => {
  await using harness = await open({ app: EXPRESS });
  await build(harness);
  await harness.restore();
  const { lines } = await build(harness, { BP_NODE_VERSION: '22' });
  expect(lines.filter((line) => line.startsWith('    layer node: '))[0]).toBe(
    '    layer node: making (node 24.2.0 -> 22.1.0)',
  );
});

test('a lock file that no longer fits fails a later build too', async () => {
  const npm: { line: RegExp; fails?: CommandOutcome; run(run: { cwd: string }): Promise<CommandOutcome> } = {
    line: NPM.line,
    run: async (run) => npm.fails ?? NPM.run(run),
  };
  await using harness = await open({ app: EXPRESS, commands: [npm] });
  await build(harness);
  await again(harness);
  await harness.writeApp({ 'package.json': '{"dependencies":{"express":"^6"},"scripts":{"start":"node server.js"}}' });
  const stderr = 'npm error code EUSAGE\nnpm error\nnpm error Missing: express@6 from lock file';
  npm.fails = { code: 1, stderr };
  const { fault, commands } = await build(harness);
  expect(commands).toHaveLength(1);
  expect(fault).toMatchObject({
    code: 'NODEJS_LOCK_FILE_MISMATCH',
    details: ['Missing: express@6 from lock file'],
  });
});

test('without a lock file versions stay until package.json changes', async () => {
  // As express-generator writes them: a tilde before a number is a range, no path.
  const manifest = JSON.stringify({
    dependencies: { 'cookie-parser': '~1.4.4' },
    scripts: { start: 'node server.js' },
  });
  await using harness = await open({ app: { 'package.json': manifest, 'server.js': '' } });
  const first = await build(harness);
  expect(first.commands.map(({ line }) => line)).toEqual(['npm install --omit=dev --no-package-lock']);
  await again(harness);
  const second = await build(harness);
  expect(second.commands).toEqual([]);
  expect(second.lines.join('\n')).toContain('commit package-lock.json to be sure of them');
  await again(harness);
  await harness.writeApp({ 'package.json': manifest.replace('{', '{"description":"another",') });
  expect((await build(harness)).commands).toHaveLength(1);
});

test.each([
  ['workspaces', { workspaces: ['packages/*'], dependencies: { express: '^5.0.0' } }],
  ['a dependency on a path', { dependencies: { mine: 'file:./mine' } }],
])('without a lock file npm runs in every build of an app with %s', async (_, manifest) => {
  const query = { line: /^npm query/, run: async () => ({ stdout: '[]' }) };
  const app = { 'package.json': JSON.stringify(manifest), 'server.js': '' };
  await using harness = await open({ app, commands: [NPM, query] });
  await build(harness);
  await again(harness);
  const { commands } = await build(harness);
  // Packages that nobody knows may have scripts, which may need what only development has.
  expect(commands.map(({ line }) => line)).toEqual(['npm install --include=dev --no-package-lock', 'npm query .dev']);
});

test('a folder of the app stays, whoever needs the package in it', async () => {
  const lock = {
    packages: {
      '': {},
      tool: { dev: true },
      '../outside': { dev: true },
      'node_modules/tool': { resolved: 'tool', link: true, dev: true },
    },
  };
  const app = {
    'package.json': JSON.stringify({
      scripts: { build: 'x', start: 'node .' },
      devDependencies: { tool: 'file:tool' },
    }),
    'package-lock.json': JSON.stringify(lock),
    'tool/runtime-data.txt': 'needed',
  };
  const commands = [/^npm ci --include=dev$/, /^npm run build$/].map((line) => ({ line, run: async () => ({}) }));
  await using harness = await open({ app, commands });
  await build(harness);
  expect(await readFile(join(harness.appDir, 'tool/runtime-data.txt'), 'utf8')).toBe('needed');
});

test('header files are there only when a package may compile', async () => {
  const lock = { packages: { '': {}, 'node_modules/express': { hasInstallScript: true } } };
  await using harness = await open({ app: { ...EXPRESS, 'package-lock.json': JSON.stringify(lock) } });
  const { layers, commands } = await build(harness);
  expect(layers['node-headers']).toMatchObject({ launch: false, build: true, cache: true });
  expect(commands[0]?.env.npm_config_nodedir).toBe(join(harness.layersDir, 'node-headers'));
  expect(await readdir(join(harness.layersDir, 'node-headers/include/node'))).toEqual(['node.h']);
});

test('a build script runs with development packages, which then go', async () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/express': {},
      'node_modules/@types/node': { dev: true },
      'node_modules/tsc': { dev: true },
    },
  };
  const app = {
    'package.json': JSON.stringify({
      scripts: { build: 'tsc', start: 'node dist/server.js' },
      dependencies: { express: '^5' },
      devDependencies: { tsc: '1' },
    }),
    'package-lock.json': JSON.stringify(lock),
  };
  const npmWithDev = {
    line: /^npm ci --include=dev$/,
    async run({ cwd }: { cwd: string }) {
      await writeFiles(cwd, {
        'node_modules/express/index.js': 'express',
        'node_modules/@types/node/index.d.ts': '',
        'node_modules/tsc/tsc.js': '',
        'node_modules/.bin/tsc': { link: '../tsc/tsc.js' },
      });
      return {};
    },
  };
  const buildScript = {
    line: /^npm run build$/,
    async run({ cwd, env }: { cwd: string; env: Record<string, string> }) {
      await writeFiles(cwd, { 'dist/server.js': env.NODE_ENV ?? '' });
      return {};
    },
  };
  await using harness = await open({ app, commands: [npmWithDev, buildScript] });
  const { code, commands, launch } = await build(harness);
  expect(code).toBe(0);
  expect(commands.map(({ line }) => line)).toEqual(['npm ci --include=dev', 'npm run build']);
  expect(await readFile(join(harness.appDir, 'dist/server.js'), 'utf8')).toBe('production');
  expect(await readdir(join(harness.appDir, 'node_modules'))).toEqual(['express']);
  expect(await readdir(join(harness.layersDir, 'modules/node_modules'))).toContain('tsc');
  expect(launch.processes[0]?.command).toEqual(['node', 'dist/server.js']);
});

test('packages of workspaces come back too', async () => {
  const lock = {
    packages: {
      '': { workspaces: ['packages/*'] },
      'node_modules/a': { resolved: 'packages/a', link: true },
      'packages/a': { name: 'a' },
      'packages/a/node_modules/old': {},
    },
  };
  const manifest = { workspaces: ['packages/*'], scripts: { start: 'node server.js' } };
  const app = {
    'package.json': JSON.stringify(manifest),
    'package-lock.json': JSON.stringify(lock),
    'server.js': '',
    'packages/a/package.json': '{"name":"a"}',
  };
  const npm = {
    line: /^npm ci/,
    async run({ cwd }: { cwd: string }) {
      await writeFiles(cwd, { 'node_modules/a': { link: '../packages/a' }, 'packages/a/node_modules/old/x.js': 'old' });
      return {};
    },
  };
  await using harness = await open({ app, commands: [npm] });
  expect((await build(harness)).launch.slices).toEqual([
    { paths: ['node_modules'] },
    { paths: ['packages/a/node_modules'] },
  ]);
  for (const name of ['node_modules', 'packages/a/node_modules'])
    await rm(join(harness.appDir, name), { recursive: true });
  await harness.restore();
  expect((await build(harness)).commands).toEqual([]);
  expect(await readlink(join(harness.appDir, 'node_modules/a'))).toBe('../packages/a');
  expect(await readFile(join(harness.appDir, 'packages/a/node_modules/old/x.js'), 'utf8')).toBe('old');

  await harness.restore();
  await harness.writeApp({ 'packages/a/package.json': '{"name":"a","version":"2.0.0"}' });
  expect((await build(harness)).commands).toHaveLength(1);
});

test('an app in a folder of its own starts there', async () => {
  const app = Object.fromEntries(Object.entries(EXPRESS).map(([name, content]) => [`server/${name}`, content]));
  await using harness = await open({ app, env: { BP_NODE_PROJECT_PATH: 'server/' } });
  const { launch, commands } = await build(harness);
  expect(commands[0]?.cwd).toBe(join(harness.appDir, 'server'));
  expect(launch.processes[0]?.workingDir).toBe(join(harness.appDir, 'server'));
  expect(launch.slices).toEqual([{ paths: ['server/node_modules'] }]);
});

test('a lock file that nobody reads is told, and an app that installs nothing may have any', async () => {
  await using mixed = await open({ app: { ...EXPRESS, 'yarn.lock': '' } });
  expect((await build(mixed)).lines[0]).toBe(
    '    warning: yarn.lock is not read, because package-lock.json stands for npm; remove one of them',
  );
  await using bare = await open({ app: { 'package.json': '{"packageManager":"yarn@4.5.0"}', 'server.js': '' } });
  expect((await build(bare)).fault).toBeUndefined();
});

test('other buildpacks have their say about the version after the app', async () => {
  const plan = [{ name: 'node', metadata: { version: '22.x', 'version-source': 'example/sass' } }];
  await using free = await open({ app: { 'server.js': '' }, plan });
  expect((await build(free)).lines[0]).toBe('  node 22.1.0, newest of "22.x" from example/sass');
  await using bound = await open({ app: { 'server.js': '', '.node-version': 'v24' }, plan });
  expect((await build(bound)).lines.slice(0, 5)).toEqual([
    '  node 24.2.0, newest of "24" from .node-version',
    '    .node-version  24    -> 24.2.0  <- decides',
    '    example/sass   22.x  -> 22.1.0',
    '    the default    24.x  -> 24.2.0',
    '    there is: 24.2.0, 22.1.0',
  ]);
});

test.each([
  ['2027-03-30', undefined],
  ['2027-03-31', 'reaches its end of life on 2027-04-30; move to a newer line, which still gets security fixes'],
  ['2027-05-01', 'reached its end of life on 2027-04-30; move to a newer line, which still gets security fixes'],
])('on %s a line that ends on 2027-04-30 gets the warning %s', async (today, warning) => {
  const dependencies = DEPENDENCIES.map((one) =>
    one.version === '22.1.0' ? { ...one, endOfLife: '2027-04-30' } : one,
  );
  const env = { BP_NODE_VERSION: '22' };
  await using harness = await open({ app: { 'server.js': '' }, dependencies, env, today: new Date(today) });
  const warnings = (await build(harness)).lines.filter((line) => line.includes('warning:'));
  expect(warnings).toEqual(warning ? [`    warning: node 22.1.0 ${warning}`] : []);
});

test.each<[string, Files, PlanEntry[]]>([
  ['a buildpack that requires node_modules', {}, [{ name: 'node_modules', metadata: { build: true } }]],
  ['one that reads a Procfile', { Procfile: 'web: node src/x.js' }, []],
])('leaves the start to %s', async (_, files, plan) => {
  await using harness = await open({ app: { 'package.json': '{}', ...files }, plan });
  const { fault, lines, launch } = await build(harness);
  expect(fault).toBeUndefined();
  expect(lines.at(-1)).toBe('  No start command: that is for another buildpack');
  expect(launch.processes).toEqual([]);
});

test('warns of a start command that only development has', async () => {
  const manifest = { scripts: { start: 'nodemon server.js' }, devDependencies: { nodemon: '3' } };
  await using harness = await open({ app: { 'package.json': JSON.stringify(manifest), 'package-lock.json': '{}' } });
  expect((await build(harness)).lines.at(-1)).toMatch(/^ {4}warning: nodemon is one of the devDependencies/);
});
