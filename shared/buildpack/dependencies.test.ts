import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DependencyLock, renderLock } from '@dema/dependencies';
import { type BuildpackHarness, openBuildpackHarness } from '@dema/testkit';
import { expect, test } from 'vitest';
import { type AnyBuildpack, defineBuildpack, found, list } from './index.ts';

/** Installs what TOOL_WANTS lists, `SOURCE=RANGE`, by precedence. */
const buildpack: AnyBuildpack = defineBuildpack({
  settings: { TOOL_WANTS: list('Wants', { default: [] }) },
  inspect: async () => found('always', {}),
  async build({ settings, dependencies, layer }) {
    const wants = settings.TOOL_WANTS.map((text) => {
      const [source = '', ...range] = text.split('=');
      return { source, range: range.join('=') };
    });
    const tool = await dependencies.resolve('tool', wants);
    await layer('tool', { launch: true, key: tool }, (folder) => tool.unpack(folder, { strip: 1 }));
  },
});

const dependencies = ['1.0.0', '2.0.0', '2.1.0'].map((version) => ({ id: 'tool', version, files: { version } }));

function open(app: Record<string, string> = {}): Promise<BuildpackHarness> {
  return openBuildpackHarness(buildpack, { app, dependencies, defaultVersions: { tool: '2.x' } });
}

async function resolvedIn(harness: BuildpackHarness, env: Record<string, string> = {}): Promise<DependencyLock> {
  const file = join(harness.layersDir, '../resolved.json');
  const { code, fault } = await harness.build({ ...env, DEMA_RESOLVED_FILE: file });
  expect(fault).toBeUndefined();
  expect(code).toBe(0);
  return { 'example/tested': JSON.parse(await readFile(file, 'utf8')).dependencies };
}

/** The lock that a build with these variables makes. */
async function lockOf(env: Record<string, string>): Promise<string> {
  await using harness = await open();
  return renderLock(await resolvedIn(harness, env));
}

test('several wants are told in a table, with what each would give and what there is', async () => {
  await using harness = await open();
  const { lines } = await harness.build({ TOOL_WANTS: 'BP_TOOL_VERSION=1,tool.json=>=9,.toolrc=2.0.0' });
  expect(lines.slice(0, 6)).toEqual([
    '  tool 1.0.0, newest of "1" from BP_TOOL_VERSION',
    '    BP_TOOL_VERSION  1      -> 1.0.0  <- decides',
    '    tool.json        >=9    -> none',
    '    .toolrc          2.0.0  -> 2.0.0',
    '    the default      2.x    -> 2.1.0',
    '    there is: 2.1.0, 2.0.0, 1.0.0',
  ]);
});

test('a lock holds what it names, also against a newer version', async () => {
  const lock = await lockOf({ TOOL_WANTS: 'x=2.0.0' });
  await using harness = await open({ 'dema.lock.json': lock });
  const { lines } = await harness.build();
  expect(lines[0]).toBe('  tool 2.0.0, by dema.lock.json');
  expect(await readFile(join(harness.layersDir, 'tool/version'), 'utf8')).toBe('2.0.0');
  expect(renderLock(await resolvedIn(harness, { BP_DEPENDENCY_LOCKED: 'true' }))).toBe(lock);
});

test('a lock holds when the default moves on', async () => {
  const lock = await lockOf({ TOOL_WANTS: 'x=1' });
  await using harness = await open({ 'dema.lock.json': lock });
  expect((await harness.build()).lines[0]).toBe('  tool 1.0.0, by dema.lock.json');
});

test('a lock that does not satisfy what is asked for gives way, with a warning, or refuses', async () => {
  await using harness = await open({ 'dema.lock.json': await lockOf({ TOOL_WANTS: 'x=2.0.0' }) });
  const { lines } = await harness.build({ TOOL_WANTS: 'tool.json=1' });
  expect(lines.slice(0, 2)).toEqual([
    '    warning: dema.lock.json has tool 2.0.0, but "1" from tool.json asks for another one; `dema build --lock` makes it anew',
    '  tool 1.0.0, newest of "1" from tool.json',
  ]);
  const { fault } = await harness.build({ TOOL_WANTS: 'tool.json=1', BP_DEPENDENCY_LOCKED: 'true' });
  expect(fault).toMatchObject({
    code: 'DEPENDENCY_LOCK_UNSATISFIED',
    problem: 'dema.lock.json has tool 2.0.0, and "1" from tool.json asks for another one.',
  });
});

test('where only what is locked may be installed, a lock must be there and know the dependency', async () => {
  await using without = await open();
  expect((await without.build({ BP_DEPENDENCY_LOCKED: 'true' })).fault?.code).toBe('DEPENDENCY_LOCK_MISSING');
  await using empty = await open({ 'dema.lock.json': renderLock({}) });
  expect((await empty.build({ BP_DEPENDENCY_LOCKED: 'true' })).fault?.problem).toContain('has no tool');
  expect((await empty.build()).lines[0]).toBe('  tool 2.1.0, newest of "2.x", the default');
  await using broken = await open({ 'dema.lock.json': '{' });
  expect((await broken.build()).fault?.code).toBe('DEPENDENCY_LOCK_INVALID');
});

test('the platform may have the lock elsewhere', async () => {
  await using harness = await open({ 'other.json': await lockOf({ TOOL_WANTS: 'x=2.0.0' }), 'dema.lock.json': '{' });
  const { lines } = await harness.build({ DEMA_LOCK_FILE: join(harness.appDir, 'other.json') });
  expect(lines[0]).toContain('tool 2.0.0, by dema.lock.json');
});

test('a version that the inventory lacks comes from the registry when it is asked for exactly', async () => {
  const more = [{ id: 'tool', version: '1.5.0', files: { version: '1.5.0' } }];
  await using other = await openBuildpackHarness(buildpack, { dependencies: more });
  await using harness = await open();
  harness.server.routes = { ...harness.server.routes, ...other.server.routes };
  const { lines } = await harness.build({ TOOL_WANTS: 'BP_TOOL_VERSION=v1.5.0' });
  expect(lines[0]).toBe(
    '  tool 1.5.0, asked for by BP_TOOL_VERSION, which the inventory lacks: pinned by the checksum of its registry',
  );
  expect(await readFile(join(harness.layersDir, 'tool/version'), 'utf8')).toBe('1.5.0');
  const gone = await harness.build({ TOOL_WANTS: 'BP_TOOL_VERSION=1.6.0' });
  expect(gone.fault?.code).toBe('DEPENDENCY_VERSION_UNSATISFIABLE');
  const range = await harness.build({ TOOL_WANTS: 'BP_TOOL_VERSION=~1.5' });
  expect(range.fault?.code).toBe('DEPENDENCY_VERSION_UNSATISFIABLE');
});

test('a version that is no longer offered can be installed as long as a lock names it', async () => {
  const more = [{ id: 'tool', version: '1.5.0', files: { version: '1.5.0' } }];
  await using other = await openBuildpackHarness(buildpack, { dependencies: more });
  const lock = renderLock(await resolvedIn(other));
  await using harness = await open({ 'dema.lock.json': lock });
  harness.server.routes = { ...harness.server.routes, ...other.server.routes };
  const { lines } = await harness.build({ TOOL_WANTS: 'tool.json=^1', BP_DEPENDENCY_LOCKED: 'true' });
  expect(lines[0]).toBe('  tool 1.5.0, by dema.lock.json, for "^1" from tool.json');
  expect(await readFile(join(harness.layersDir, 'tool/version'), 'utf8')).toBe('1.5.0');
});

test('a registry that does not answer leaves it at what there is', async () => {
  await using harness = await open();
  harness.server.routes = {};
  const { fault, lines } = await harness.build({ TOOL_WANTS: 'BP_TOOL_VERSION=1.5.0' });
  expect(fault?.code).toBe('DEPENDENCY_VERSION_UNSATISFIABLE');
  expect(lines[0]).toContain('1.5.0 is not in the inventory, and the registry does not tell');
});

test('only sources of allowed kinds count', async () => {
  await using harness = await open();
  const all = renderLock(await resolvedIn(harness));
  expect(renderLock(await resolvedIn(harness, { BP_DEPENDENCY_SOURCES: 'npm' }))).toBe(all);
  const { fault } = await harness.build({ BP_DEPENDENCY_SOURCES: 'upstream,deb' });
  expect(fault).toMatchObject({ code: 'DEPENDENCY_SOURCES_FORBIDDEN', blame: 'user' });
});
