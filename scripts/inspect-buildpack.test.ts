import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContainerRegistry, startContainerRegistry, writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBuildpack } from './describe-buildpack.ts';
import { inspectBuildpack } from './inspect-buildpack.ts';
import { packageBuildpack } from './package-buildpack.ts';
import { readPackageRequest } from './package-request.ts';
import { putPackages } from './put-packages.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

const TARGETS = ['amd64', 'arm64'].map((arch) => ({ os: 'linux', arch, distros: [] }));

let root = '';
let registry: ContainerRegistry;
let workplace: Workplace;
const names: Record<string, string> = {};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-inspect-'));
  registry = await startContainerRegistry();
  const env = { HOME: root, DEMA_CACHE: join(root, 'cache'), XDG_DATA_HOME: join(root, 'data') };
  workplace = await openWorkplace(env);
  await writeBuildpacks();
  const packages = await packageBuildpack(workplace, await readPackageRequest({ folder: join(root, 'all') }), {
    env,
    targets: TARGETS,
  });
  const tag = `${registry.host}/acme/all:1`;
  names.folder = join(root, 'all');
  names.file = join(root, 'all-linux-amd64.cnb');
  names.layout = `oci:${join(root, 'layout')}`;
  names.store = 'acme/all:1.0.0';
  names.registry = `docker://${tag}`;
  for (const output of [`archive:${join(root, 'all.cnb')}`, names.layout, 'store']) {
    await putPackages(workplace, packages, { output });
  }
  await putPackages(workplace, packages, { output: 'registry', tag });
});
afterAll(async () => {
  await registry.close();
  await rm(root, { recursive: true });
});

async function writeBuildpacks(): Promise<void> {
  const programs = { 'bin/detect': '#!/bin/sh\n', 'bin/build': '#!/bin/sh\n' };
  await writeFiles(join(root, 'one'), {
    ...programs,
    'buildpack.toml': `api = "0.10"
[buildpack]
id = "acme/one"
version = "1.0.0"
name = "One"
homepage = "https://one.example"
[[stacks]]
id = "*"
[[metadata.configurations]]
name = "BP_ONE"
description = "What one does"
build = true
`,
  });
  await writeFiles(join(root, 'all'), {
    'package.toml': '[[dependencies]]\nuri = "../inner"\n[[dependencies]]\nuri = "../one"\n',
    'buildpack.toml': composite(
      'acme/all',
      'acme/inner',
      'description = "Everything"\n[[buildpack.licenses]]\ntype = "MIT"\n',
    ),
  });
  await writeFiles(join(root, 'inner'), { 'buildpack.toml': composite('acme/inner', 'acme/one') });
}

function composite(id: string, part: string, rest = ''): string {
  return `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${rest}[[order]]\n[[order.group]]\nid = "${part}"\nversion = "1.0.0"\noptional = true\n`;
}

async function inspect(name: string, depth?: number): Promise<string> {
  return describeBuildpack(await inspectBuildpack(workplace, name, { builder: 'base', depth })).join('\n');
}

test.each(['file', 'layout', 'store', 'registry'])(
  'a package in a %s is shown with all that it holds',
  async (kind) => {
    const lines = (await inspect(names[kind] ?? '')).split('\n');
    const known = lines.filter((line) => !/^ {2}(image|digest|size|platform|of these) /.test(line));
    expect(known).toEqual([
      'acme/all 1.0.0',
      '  Everything',
      '  api         0.10',
      '  stacks      *',
      '  licenses    MIT',
      'buildpacks',
      '  acme/all    1.0.0',
      '  acme/inner  1.0.0',
      '  acme/one    1.0.0  One  https://one.example',
      'order',
      '  group 1',
      '    acme/inner@1.0.0 (optional)',
      '      group 1',
      '        acme/one@1.0.0 (optional)',
      'acme/one: settings of the build (dema build --env NAME=value)',
      '  BP_ONE  What one does',
    ]);
    expect(lines.some((line) => line.startsWith('  digest      sha256:'))).toBe(true);
  },
);

test('of an index the platforms are told', async () => {
  expect(await inspect(names.registry ?? '')).toContain('  of these    linux/amd64, linux/arm64');
  expect(await inspect(names.layout ?? '', 0)).not.toContain('group 1\n        acme/one');
});

test('a folder is shown by what it says itself', async () => {
  const shown = await inspectBuildpack(workplace, names.folder ?? '', { builder: 'base' });
  expect(shown).toMatchObject({ id: 'acme/all', api: '0.10', order: [[{ id: 'acme/inner', optional: true }]] });
  expect(shown.image).toBeUndefined();
});

test('a package for one platform is not shown as one for another', async () => {
  const platform = { os: 'linux', architecture: 's390x' };
  for (const name of [names.file, names.registry])
    await expect(inspectBuildpack(workplace, name ?? '', { builder: 'base', platform })).rejects.toMatchObject({
      code: 'OCI_PLATFORM_MISSING',
    });
});
