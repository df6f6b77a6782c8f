import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTar } from '@dema/archive';
import { type Image, platformOf, renderPlatform } from '@dema/oci';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findImage, findImageOrIndex } from './destination.ts';
import { type PackageOptions, packageBuildpack } from './package-buildpack.ts';
import { readPackageRequest } from './package-request.ts';
import { putPackages } from './put-packages.ts';
import { parseTarget } from './target-option.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

const PROGRAMS = { 'bin/detect': '#!/bin/sh\n', 'bin/build': '#!/bin/sh\n' };

let root = '';
let workplace: Workplace;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-package-'));
  env = { HOME: root, DEMA_CACHE: join(root, 'cache'), XDG_DATA_HOME: join(root, 'data') };
  workplace = await openWorkplace(env);
  await writeFiles(root, {
    'one/buildpack.toml': descriptor('acme/one'),
    'one/bin/detect': PROGRAMS['bin/detect'],
    'one/bin/build': PROGRAMS['bin/build'],
    'all/buildpack.toml': `${descriptor('acme/all')}[[order]]\n[[order.group]]\nid = "acme/one"\nversion = "1.0.0"\n`,
    'all/package.toml': '[[dependencies]]\nuri = "../one"\n[[targets]]\nos = "linux"\narch = "arm64"\n',
    'extension/package.toml': '[extension]\nuri = "."\n',
    'windows/package.toml': '[platform]\nos = "windows"\n',
    'many/buildpack.toml': `${descriptor('acme/many')}[[targets]]\nos = "linux"\narch = "amd64"\n[[targets.distros]]\nname = "debian"\nversion = "12"\n[[targets.distros]]\nname = "debian"\nversion = "13"\n[[targets]]\nos = "linux"\narch = "arm64"\n`,
    'many/linux/amd64/bin/detect': '#!/bin/sh\n',
    'many/linux/amd64/bin/build': '#!/bin/sh\n',
    'many/linux/amd64/debian@13/bin/detect': '#!/bin/bash\n',
    'many/linux/amd64/debian@13/bin/build': '#!/bin/bash\n',
    'many/linux/arm64/bin/detect': '#!/bin/dash\n',
    'many/linux/arm64/bin/build': '#!/bin/dash\n',
  });
});
afterAll(() => rm(root, { recursive: true }));

function descriptor(id: string): string {
  return `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n`;
}

async function make(folder: string, options: Partial<PackageOptions> = {}) {
  return packageBuildpack(workplace, await readPackageRequest({ folder: join(root, folder) }), { env, ...options });
}

function labelsOf({ config }: Image): Record<string, string> {
  return config.config?.Labels ?? {};
}

test('a composite buildpack holds what its package.toml names, for the targets there', async () => {
  const packages = await make('all', { labels: { note: 'mine' } });
  expect(packages.map(({ image }) => renderPlatform(platformOf(image)))).toEqual(['linux/arm64']);
  const labels = labelsOf(packages[0]?.image as Image);
  expect(Object.keys(JSON.parse(labels['io.buildpacks.buildpack.layers'] ?? ''))).toEqual(['acme/all', 'acme/one']);
  expect(labels.note).toBe('mine');
});

test('a target of the command line goes before those of the files', async () => {
  const packages = await make('all', { targets: [parseTarget('linux/s390x')] });
  expect(packages.map(({ image }) => renderPlatform(platformOf(image)))).toEqual(['linux/s390x']);
});

test('each target gets the files of its own folder', async () => {
  const packages = await make('many');
  const files = await Promise.all(
    packages.map(async ({ image: { layers } }) => {
      const names: string[] = [];
      for await (const { path, size } of readTar(layers[0] ? layers[0].read() : emptyStream())) {
        if (path.includes('/bin/')) names.push(`${path.replace('/cnb/buildpacks/acme_many/1.0.0/', '')} ${size}`);
        if (path.endsWith('.toml')) names.push('buildpack.toml');
      }
      return names;
    }),
  );
  expect(files).toEqual([
    ['bin/build 10', 'bin/detect 10', 'buildpack.toml', 'debian@13/bin/build 12', 'debian@13/bin/detect 12'],
    ['bin/build 12', 'bin/detect 12', 'buildpack.toml'],
    ['bin/build 12', 'bin/detect 12', 'buildpack.toml'],
  ]);
});

async function* emptyStream(): AsyncGenerator<Uint8Array> {}

test('files are named after what they are for, and anything else holds an index', async () => {
  const packages = await make('many');
  const file = join(root, 'out/many.cnb');
  const put = await putPackages(workplace, packages, { output: `archive:${file}` });
  expect((await readdir(join(root, 'out'))).sort()).toEqual([
    'many-linux-amd64-debian-12.cnb',
    'many-linux-amd64-debian-13.cnb',
    'many-linux-arm64.cnb',
  ]);
  expect(new Set(put.map(({ digest }) => digest)).size).toBe(3);
  await putPackages(workplace, packages, { output: 'store', tag: 'acme/many:new' });
  const { found } = await findImageOrIndex(workplace, 'acme/many:new');
  expect('entries' in found && found.entries.map(({ platform }) => platform?.architecture)).toEqual([
    'amd64',
    'amd64',
    'arm64',
  ]);
});

test('one for a single target is an image, by the name of the buildpack', async () => {
  const packages = await make('many', { targets: [parseTarget('linux/arm64')] });
  const [{ reference, digest } = { reference: '', digest: '' }] = await putPackages(workplace, packages, {
    output: 'store',
  });
  expect(reference).toBe('acme/many:1.0.0');
  expect((await findImage(workplace, reference)).digest).toBe(digest);
});

test.each([
  ['extension', 'an image extension'],
  ['windows', 'a buildpack for Windows'],
])('what no package is made of: %s', async (folder, what) => {
  await expect(make(folder)).rejects.toMatchObject({
    code: 'CLI_ARGUMENTS_INVALID',
    problem: expect.stringContaining(what),
  });
});

test.each([
  ['acme/none', 'There is no buildpack "acme/none", neither in '],
  ['../none.cnb', 'There is nothing at '],
])('a dependency that is not there is told with the package.toml that names it: %s', async (uri, problem) => {
  const file = join(root, 'lacking/package.toml');
  await writeFiles(root, {
    'lacking/package.toml': `buildpack = { uri = "../one" }\n[[dependencies]]\nuri = "${uri}"\n`,
  });
  const failure = await make('lacking').catch((error) => error.problem);
  expect(failure).toMatch(new RegExp(`^${problem}`));
  expect(failure).toContain(` It is named in \`[[dependencies]]\` of ${file}.`);
});

test('a version that is none is told with its line, before anything is made', async () => {
  await writeFiles(root, { 'versioned/buildpack.toml': descriptor('acme/versioned').replace('1.0.0', 'abc') });
  await expect(make('versioned')).rejects.toMatchObject({
    code: 'SPEC_VALUE_INVALID',
    problem: expect.stringContaining(`${root}/versioned/buildpack.toml:4: \`buildpack.version\` is "abc"`),
  });
});

test('a package.toml that cannot be read is not told as missing', async () => {
  await symlink('loop.toml', join(root, 'loop.toml'));
  for (const [config, code] of Object.entries({
    one: 'CLI_FILE_UNREADABLE',
    'loop.toml': 'CLI_FILE_UNREADABLE',
    'none.toml': 'CLI_ARGUMENTS_INVALID',
  })) {
    await expect(readPackageRequest({ folder: root, config: join(root, config) })).rejects.toMatchObject({
      code,
      problem: expect.stringContaining(join(root, config)),
    });
  }
});

test('a package is not packaged again', async () => {
  const output = `archive:${join(root, 'one.cnb')}`;
  await putPackages(workplace, await make('one'), { output });
  await expect(make('one.cnb')).rejects.toMatchObject({ problem: `${join(root, 'one.cnb')} is a package already.` });
});

test('a dependency is the same wherever it comes from, for the target that is made', async () => {
  const packages = await make('many');
  const layout = join(root, 'many-layout');
  await putPackages(workplace, packages, { output: `oci:${layout}` });
  await putPackages(workplace, packages, { output: `archive:${join(root, 'files/many.cnb')}` });
  await putPackages(workplace, packages, { output: 'store', tag: 'acme/many:parts' });
  const order = '[[order]]\n[[order.group]]\nid = "acme/many"\nversion = "1.0.0"\n';
  await writeFiles(root, { 'parts/buildpack.toml': `${descriptor('acme/composite')}${order}` });
  const uris = ['many', 'files/many-linux-arm64.cnb', `oci:${layout}`, 'acme/many:parts'];
  const images = await Promise.all(
    uris.map(async (uri, index) => {
      const config = join(root, `package-${index}.toml`);
      await writeFiles(root, {
        [`package-${index}.toml`]: `buildpack = { uri = "parts" }\n[[dependencies]]\nuri = "${uri}"\n`,
      });
      const request = await readPackageRequest({ folder: root, config });
      const [one] = await packageBuildpack(workplace, request, { env, targets: [parseTarget('linux/arm64')] });
      return one?.image.config;
    }),
  );
  expect(images[0]?.rootfs.diff_ids).toHaveLength(2);
  for (const image of images) expect(image).toEqual(images[0]);
});
