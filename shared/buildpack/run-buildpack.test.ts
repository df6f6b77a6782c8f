import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault } from '@dema/errors';
import { openBuildpackHarness, writeFiles } from '@dema/testkit';
import { expect, test } from 'vitest';
import { type AnyBuildpack, defineBuildpack, flag, found, runPhase, skip, text } from './index.ts';

const settings = { BP_TOOL_VERSION: text('Version'), BP_FAIL: flag('Fail') };

const buildpack = defineBuildpack({
  settings,
  async inspect({ app }) {
    const name = await app.readText('name');
    return name === undefined ? skip('no file "name"') : found('a file "name"', { name });
  },
  plan: ({ facts }) => ({
    provides: ['tool'],
    requires: ['tool', { name: 'other', metadata: { of: facts.name } }],
    or: [{ provides: ['tool'] }],
  }),
  async build({ settings, facts, plan, dependencies, layer, exec, launch, app, log }) {
    if (settings.BP_FAIL) throw new Error('unforeseen');
    const version = settings.BP_TOOL_VERSION;
    const tool = await dependencies.resolve('tool', version ? [{ source: 'BP_TOOL_VERSION', range: version }] : []);
    await layer(
      'tool',
      {
        build: true,
        launch: true,
        cache: true,
        key: { tool: tool.version },
        env: (env, { path }) => env.default('TOOL_HOME', path),
      },
      ({ path }) => tool.unpack(path, { strip: 1, filter: (file) => file.startsWith('bin/') }),
    );
    await layer('said', {
      launch: true,
      env: (env) => env.process('web').append('SAID', facts.name, { delimiter: ',' }),
    });
    await exec('tool', ['make', 'it all']);
    await app.write('made', plan.map(({ name }) => name).join());
    launch.process({ type: 'web', command: ['tool', 'run'], args: ['--fast'], default: true });
    launch.label('made.of', facts.name);
    log.step('done');
  },
});

const dependencies = ['1.0.0', '2.0.0'].map((version) => ({
  id: 'tool',
  version,
  files: { 'bin/tool': '#!/bin/sh', 'doc/tool': 'doc' },
  endOfLife: version === '1.0.0' ? '2020-01-31' : undefined,
}));

const tool = { line: /^tool make/, run: async () => ({ stdout: 'making\n\nmade' }) };

function open(app: Record<string, string>, options = {}) {
  return openBuildpackHarness(buildpack, {
    app,
    dependencies,
    commands: [tool],
    defaultVersions: { tool: '2.x' },
    ...options,
  });
}

test('detect says why, and writes the plan', async () => {
  await using no = await open({});
  expect(await no.detect()).toMatchObject({ code: 100, lines: ['no file "name"'] });
  await using yes = await open({ name: 'Ada' });
  expect(await yes.detect()).toEqual({
    code: 0,
    fault: undefined,
    lines: ['a file "name"'],
    plan: {
      provides: [{ name: 'tool' }],
      requires: [
        { name: 'tool', metadata: {} },
        { name: 'other', metadata: { of: 'Ada' } },
      ],
      or: [{ provides: [{ name: 'tool' }], requires: [] }],
    },
  });
});

test('build fills the layers folder', async () => {
  await using harness = await open({ name: 'Ada' });
  const { code, lines, launch, layers, commands } = await harness.build();
  expect({ code, lines }).toMatchInlineSnapshot(`
    {
      "code": 0,
      "lines": [
        "  tool 2.0.0, newest of "2.x", the default",
        "    layer tool: making (nothing is kept from an earlier build)",
        "    downloaded tool 2.0.0, <size>",
        "    layer tool: made in <time>",
        "    $ tool make 'it all'",
        "      making",
        "      made",
        "    took <time>",
        "  done",
      ],
    }
  `);
  expect(launch).toMatchObject({
    labels: [{ key: 'made.of', value: 'Ada' }],
    processes: [{ type: 'web', command: ['tool', 'run'], args: ['--fast'], default: true }],
  });
  expect(layers.tool).toEqual({
    launch: true,
    build: true,
    cache: true,
    metadata: { key: { buildpack: '1.0.0', tool: '2.0.0' }, sbom: true },
  });
  expect((await readdir(join(harness.layersDir, 'tool'))).sort()).toEqual(['bin', 'env']);
  expect(await readFile(join(harness.layersDir, 'said/env.launch/web/SAID.append'), 'utf8')).toBe('Ada');
  expect(await readFile(join(harness.layersDir, 'said/env.launch/web/SAID.delim'), 'utf8')).toBe(',');
  expect(await readFile(join(harness.appDir, 'made'), 'utf8')).toBe('tool');
  expect(commands[0]?.env).toMatchObject({
    PATH: `${join(harness.layersDir, 'tool/bin')}:/usr/bin:/bin`,
    TOOL_HOME: join(harness.layersDir, 'tool'),
  });
});

test('a second build keeps what is the same, and says what is not', async () => {
  await using harness = await open({ name: 'Ada' });
  await harness.build();
  await harness.restore();
  await writeFiles(harness.layersDir, { 'tool/env/OLD.override': 'gone with the next build' });
  const same = await harness.build();
  expect(same.lines).toContain('    layer tool: reusing');
  expect(await readdir(join(harness.layersDir, 'tool/env'))).toEqual(['TOOL_HOME.default']);
  expect(same.layers.tool).toMatchObject({ launch: true, build: true, cache: true });
  expect(await readdir(harness.layersDir)).not.toContain('said');

  await harness.restore();
  await harness.writeApp({ name: 'Bea' });
  const other = await harness.build({ BP_TOOL_VERSION: '1' });
  expect(other.lines).toContain('    layer tool: making (tool 2.0.0 -> 1.0.0)');
  expect(other.lines.join('\n')).toContain('warning: tool 1.0.0 reaches its end of life on 2020-01-31');
  expect(await readFile(join(harness.layersDir, 'said/env.launch/web/SAID.append'), 'utf8')).toBe('Bea');
});

test('a cached layer without its contents is made again', async () => {
  await using harness = await open({ name: 'Ada' });
  await harness.build();
  await harness.restore();
  const { rm } = await import('node:fs/promises');
  await rm(join(harness.layersDir, 'tool'), { recursive: true });
  expect((await harness.build()).lines).toContain('    layer tool: making (its contents were not kept)');
});

test('a layer whose making failed leaves nothing that the next build could keep', async () => {
  await using harness = await open({ name: 'Ada' });
  harness.server.routes = {};
  const { code, fault, layers } = await harness.build();
  expect({ code, fault: fault?.code }).toEqual({ code: 1, fault: 'DEPENDENCY_SOURCES_FAILED' });
  expect(layers).toEqual({});
});

test('who wanted which version stands in the log', async () => {
  const wishful = defineBuildpack({
    settings: {},
    inspect: async () => found('always', {}),
    async build({ dependencies }) {
      const wants = [
        { source: 'tool.toml', range: '2' },
        { source: '.tool-version', range: '1' },
      ];
      await dependencies.resolve('tool', wants);
    },
  });
  await using harness = await openBuildpackHarness(wishful, { dependencies });
  expect((await harness.build()).lines).toEqual([
    '  tool 2.0.0, newest of "2" from tool.toml',
    '    tool.toml      2  -> 2.0.0  <- decides',
    '    .tool-version  1  -> 1.0.0',
    '    there is: 2.0.0, 1.0.0',
  ]);
});

test('a program that fails ends the build with its last lines', async () => {
  const failing = { line: /./, run: async () => ({ code: 7, stderr: 'it hurts' }) };
  await using harness = await open({ name: 'Ada' }, { commands: [failing] });
  expect((await harness.build()).fault).toMatchObject({
    code: 'BUILDPACK_COMMAND_FAILED',
    problem: '`tool make it all` ended with exit code 7.',
    details: ['it hurts'],
  });
});

test('a mistake of ours is told as such', async () => {
  await using harness = await open({ name: 'Ada' });
  const { fault, lines } = await harness.build({ BP_FAIL: 'true' });
  expect(fault).toMatchObject({ code: 'BUILDPACK_INTERNAL_ERROR', blame: 'bug', problem: 'unforeseen' });
  expect(lines).toEqual([]);
});

function runAlone(phase: string | undefined, env: Record<string, string>, pack: AnyBuildpack = buildpack) {
  const lines: string[] = [];
  const run = () => Promise.reject(new Error('runs nothing'));
  const print = (line: string) => lines.push(line);
  const world = { app: '/nowhere', env, run, today: new Date(0), helperRuntime: '/nowhere', print };
  return runPhase(pack, phase, world).then((code) => ({
    code,
    text: lines.join('\n'),
  }));
}

test.each([
  ['BUILDPACK_PHASE_UNKNOWN', 'explain', {}],
  ['BUILDPACK_ENVIRONMENT_MISSING', 'build', {}],
  ['BUILDPACK_DETECTION_CHANGED', 'build', { CNB_LAYERS_DIR: '/layers' }],
  ['SETTING_VALUE_INVALID', 'detect', { BP_FAIL: 'maybe' }],
])('%s', async (code, phase, env) => {
  const outcome = await runAlone(phase, env as Record<string, string>);
  expect(outcome.code).toBe(1);
  expect(outcome.text).toContain(`(${code})`);
});

test('the exit code is that of the fault', async () => {
  const failing: AnyBuildpack = defineBuildpack({
    settings: {},
    inspect: () =>
      Promise.reject(fault('EXAMPLE_THING_BROKEN', { problem: 'p', fix: 'f', blame: 'user', exitCode: 20 })),
    build: async () => undefined,
  });
  expect(await runAlone('detect', {}, failing)).toEqual({
    code: 20,
    text: 'error: p\nwhat to do: f\n(EXAMPLE_THING_BROKEN)',
  });
});
