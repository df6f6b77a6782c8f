import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type BuildpackHarness, openBuildpackHarness, writeFiles } from '@dema/testkit';
import { beforeEach, expect, test } from 'vitest';
import { defineBuildpack, found } from './index.ts';

const buildpack = defineBuildpack({
  settings: {},
  inspect: async () => found('always', {}),
  async build({ dependencies, layer }) {
    const tool = await dependencies.resolve('tool');
    await layer('tool', { launch: true, key: { tool: tool.version } }, ({ path }) => tool.unpack(path, { strip: 1 }));
  },
});

let bindings: string;

beforeEach(async () => {
  bindings = await mkdtemp(join(tmpdir(), 'dema-mirrors-'));
  return () => rm(bindings, { recursive: true });
});

/** Nobody listens at the address upstream. */
function open(): Promise<BuildpackHarness> {
  const files = { 'bin/tool': '#!tool', LICENSE: 'free' };
  const tool = { id: 'tool', version: '1.0.0', files, upstream: 'https://127.0.0.1:1/dist/tool.tgz' };
  return openBuildpackHarness(buildpack, { dependencies: [tool] });
}

async function buildWith(prepare: (harness: BuildpackHarness) => Promise<Record<string, string>>) {
  await using harness = await open();
  const { code, lines, fault } = await harness.build(await prepare(harness));
  expect(code, JSON.stringify(fault)).toBe(0);
  return { lines, layers: await readFiles(harness.layersDir), requests: harness.server.requests };
}

async function readFiles(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = files.sort().map(async (file) => [relative(folder, file), await readFile(file, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(contents));
}

const PACKAGE = '/tool/-/tool-1.0.0.tgz';

/** The same archive somewhere else, and nowhere else. */
function move({ server }: BuildpackHarness, path: string): void {
  const { [PACKAGE]: answer, ...others } = server.routes;
  server.routes = { ...others, ...(answer ? { [path]: answer } : {}) };
}

test('layer and SBOM are the same whichever source serves, and name no server', async () => {
  const fromRegistry = await buildWith(async () => ({}));
  const fromMirror = await buildWith(async (harness) => {
    move(harness, '/mirror/127.0.0.1/tool.tgz');
    const address = harness.server.url.replace('://', '://someone:secret-of-mirror@');
    return { BP_DEPENDENCY_MIRROR: `mirror=${address}/mirror/{originalHost},skip-path=/dist` };
  });
  const fromMapping = await buildWith(async (harness) => {
    const archive = Buffer.from(await (await fetch(harness.server.url + PACKAGE)).arrayBuffer());
    move(harness, '/files/1');
    const key = `sha512_${createHash('sha512').update(archive).digest('hex')}`;
    await writeFiles(bindings, {
      'files/type': 'dependency-mapping',
      [`files/${key}`]: `${harness.server.url}/files/1`,
    });
    return { SERVICE_BINDING_ROOT: bindings };
  });
  expect(Object.keys(fromRegistry.layers)).toContain('tool/bin/tool');
  expect(fromMirror.layers).toEqual(fromRegistry.layers);
  expect(fromMapping.layers).toEqual(fromRegistry.layers);
  expect(JSON.stringify(fromMirror)).not.toMatch(/secret-of-mirror/);
  expect(JSON.stringify(fromRegistry.layers)).not.toContain('127.0.0.1');
  expect(fromMirror.requests[0]?.headers.authorization).toBe(`Basic ${btoa('someone:secret-of-mirror')}`);
  expect(fromMirror.lines).toContain('    from the address in BP_DEPENDENCY_MIRROR');
  expect(fromMapping.lines).toContain('    from the address in the binding files');
});

test('a mirror that is none is a fault before anything is asked', async () => {
  await using harness = await open();
  const { fault } = await harness.build({ BP_DEPENDENCY_MIRROR_NODEJS_ORG: 'mirror.example' });
  expect(fault).toMatchObject({ code: 'DEPENDENCY_MIRROR_INVALID', blame: 'user' });
  expect(harness.server.requests).toEqual([]);
});

test('sources that nobody serves are named with their reasons, without what is secret', async () => {
  await using harness = await open();
  harness.server.routes = {};
  const address = harness.server.url.replace('://', '://someone:secret-of-mirror@');
  const { fault, lines } = await harness.build({ BP_DEPENDENCY_MIRROR: `${address}?token=secret-of-query` });
  expect(fault).toMatchObject({ code: 'DEPENDENCY_SOURCES_FAILED', blame: 'platform' });
  expect(fault?.details[0]).toContain('by BP_DEPENDENCY_MIRROR');
  expect(JSON.stringify([fault, lines])).not.toContain('secret-of');
});
