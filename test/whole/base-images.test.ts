import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBuildImage, makeRunImage, readImagePackages } from '@dema/builders';
import { openHostArchive } from '@dema/debian';
import type { Image } from '@dema/oci';
import { openStore } from '@dema/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readImageFigures, TOLERANCE } from './base-images-page.ts';
import { dema, makePlace, type Place, runImage, TEST_CACHE } from './dema.ts';

const APPS = join(import.meta.dirname, '../apps/nodejs');
const SHELLS = ['bash', 'busybox', 'dash', 'sh'];
const PACKAGE_TOOLS = ['apt', 'apt-get', 'dpkg'];
const COMPILERS = ['c++', 'cc', 'g++', 'gcc', 'make', 'python3'];

const figures = await readImageFigures();
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';

let place: Place;

beforeAll(async () => {
  place = await makePlace();
});

afterAll(() => place.remove());

async function openImage(role: 'build' | 'run', name: string): Promise<Image> {
  const [store, downloads] = [await openStore(TEST_CACHE), await openStore(join(TEST_CACHE, 'downloads'))];
  const archive = openHostArchive({ store: downloads, env: process.env });
  try {
    return await (role === 'run' ? makeRunImage : makeBuildImage)({ store, archive, name, architecture });
  } finally {
    await archive.close();
  }
}

async function treeOf(role: 'build' | 'run', name: string): Promise<string> {
  const [layer] = (await openImage(role, name)).layers;
  return (await layer?.tree()) ?? '';
}

async function programsOf(tree: string): Promise<string[]> {
  const folders = await Promise.all(['usr/bin', 'usr/sbin'].map((path) => readdir(join(tree, path)).catch(() => [])));
  return folders.flat();
}

test.each(figures)('the page tells how many packages $role-$base has', async ({ role, base, packages }) => {
  expect(await readImagePackages(base, role, 'amd64')).toHaveLength(packages);
});

test('the page tells of every image', () => {
  const names = figures.map(({ role, base }) => `${role}-${base}`);
  expect(names.sort()).toEqual(['build-base', 'build-full', 'build-tiny', 'run-base', 'run-full', 'run-tiny']);
});

// Those of `full` are measured where the real tools run it.
test.each(figures.filter(({ base }) => base !== 'full'))(
  '$role-$base keeps to its budget, and to the size that the page tells',
  async ({ role, base, budget, ...told }) => {
    const { layers } = await openImage(role, base);
    const descriptors = await Promise.all(layers.map((layer) => layer.descriptor()));
    const size = descriptors.reduce((sum, descriptor) => sum + descriptor.size, 0) / 1e6;
    expect(size).toBeLessThan(budget);
    expect(Math.abs(size - told[architecture]) / size).toBeLessThan(TOLERANCE);
  },
);

test('tiny has neither a shell nor package tools, and says what it is to scanners', async () => {
  const tree = await treeOf('run', 'tiny');
  const programs = await programsOf(tree);
  expect([...SHELLS, ...PACKAGE_TOOLS].filter((name) => programs.includes(name))).toEqual([]);
  expect(existsSync(join(tree, 'usr/lib/locale/C.utf8/LC_CTYPE'))).toBe(true);
  expect(await readFile(join(tree, 'etc/os-release'), 'utf8')).toContain('VERSION_ID="13"');
  const status = await readFile(join(tree, 'var/lib/dpkg/status.d/libssl3t64'), 'utf8');
  expect(status).toMatch(/^Package: libssl3t64\n(.*\n)*Source: openssl\nVersion: 3\./);
  expect(await readFile(join(tree, 'var/lib/dpkg/status.d/libssl3t64.md5sums'), 'utf8')).toContain('libssl.so.3');
  expect(existsSync(join(tree, 'var/lib/dpkg/status'))).toBe(false);
});

test('the build image of base has no compiler', async () => {
  const programs = await programsOf(await treeOf('build', 'base'));
  expect(COMPILERS.filter((name) => programs.includes(name))).toEqual([]);
  expect(['bash', 'curl', 'git', 'tar', 'unzip', 'xz'].filter((name) => !programs.includes(name))).toEqual([]);
});

test.each(['express', 'start-steps', 'typescript'])('the sample %s runs on tiny', async (name) => {
  const built = await dema(['build', join(APPS, name), '--builder', 'tiny', '--tag', `tiny-${name}`], place);
  expect(built.code, built.stderr).toBe(0);
  const { config } = JSON.parse((await dema(['inspect', `tiny-${name}`, '--json'], place)).stdout);
  expect(config.config.Labels['io.buildpacks.stack.id']).toBe('io.dema.stacks.trixie.tiny');
  const running = await runImage([`tiny-${name}`], place);
  const answer = await fetch(`http://127.0.0.1:${running.port}/`);
  running.kill('SIGTERM');
  await running.ended;
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('Hello')]);
});
