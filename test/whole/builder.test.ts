import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ContainerRegistry, startContainerRegistry, writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place } from './dema.ts';
import { LIFECYCLE_FILES } from './lifecycle-files.ts';

const BUILDPACKS = join(import.meta.dirname, '../buildpacks');

let place: Place;
let registry: ContainerRegistry;
beforeAll(async () => {
  place = await makePlace();
  registry = await startContainerRegistry();
  await writeFiles(join(place.folder, 'builder'), { 'builder.toml': definition(''), ...LIFECYCLE_FILES });
  await cp(join(BUILDPACKS, 'shell'), join(place.folder, 'builder/shell'), { recursive: true });
});
afterAll(async () => {
  await registry.close();
  await place.remove();
});

function definition(rest: string): string {
  return `description = "Ours"
[[buildpacks]]
uri = "shell"
[[buildpacks]]
uri = ${JSON.stringify(join(BUILDPACKS, 'launch-helper'))}
[[order]]
[[order.group]]
id = "example/launch-helper"
[[order]]
[[order.group]]
id = "example/shell"
[build]
image = "base"
[[run.images]]
image = "example/run:1"
mirrors = ["mirror.example/run:1"]
${rest}`;
}

async function create(...args: string[]) {
  const ended = await dema(['builder', 'create', ...args], place);
  expect(ended.code, ended.stderr).toBe(0);
  return { ...ended, digest: ended.stdout.trim() };
}

async function inspect(name: string) {
  const { stdout, stderr } = await dema(['inspect', name, '--json'], place);
  if (!stdout) throw new Error(stderr);
  const { config, size } = JSON.parse(stdout);
  return { config, size, labels: config.config.Labels as Record<string, string> };
}

test('a builder of buildpacks of ours and of others holds the runtime once, and has one digest everywhere', async () => {
  const config = join(place.folder, 'builder/builder.toml');
  const layout = `oci:${join(place.folder, 'layout')}`;
  const { digest, stderr } = await create('ours/builder:1', '-c', config);
  expect(stderr).toContain('none: this builder serves dema alone');
  expect((await create('ours/builder:1', '-c', config, '-o', layout)).digest).toBe(digest);
  expect((await create(`${registry.host}/ours/builder:1`, '-c', config, '--publish')).digest).toBe(digest);
  const { labels, config: image } = await inspect(layout);
  expect(labels['io.dema.builder.serves']).toBe('dema');
  const metadata = JSON.parse(labels['io.buildpacks.builder.metadata'] ?? '');
  expect(metadata.buildpacks.map(({ id }: { id: string }) => id)).toEqual([
    'example/shell',
    'example/launch-helper',
    'dema/runtime',
  ]);
  expect(metadata.images).toEqual([{ image: 'example/run:1', mirrors: ['mirror.example/run:1'] }]);
  expect(image.config).toMatchObject({ WorkingDir: '/layers', User: '1001:1000' });
}, 240_000);

test('the lifecycle goes in, from what the definition or an option names', async () => {
  const withLifecycle = join(place.folder, 'builder/with-lifecycle.toml');
  await writeFile(withLifecycle, definition('[lifecycle]\nuri = "./lifecycle"\n'));
  const { digest, stderr } = await create('ours/builder:2', '-c', withLifecycle);
  expect(stderr).toContain('lifecycle   0.21.14');
  const { labels } = await inspect('ours/builder:2');
  expect(JSON.parse(labels['io.buildpacks.builder.metadata'] ?? '').lifecycle.apis.platform.supported).toEqual([
    '0.12',
  ]);
  expect(labels).not.toHaveProperty(['io.dema.builder.serves']);
  const option = ['--lifecycle', join(place.folder, 'builder/lifecycle')];
  const byOption = await create('ours/builder:3', '-c', join(place.folder, 'builder/builder.toml'), ...option);
  expect(byOption.digest).toBe(digest);
  const ofBuilder = ['--lifecycle', 'ours/builder:2'];
  expect((await create('x', '-c', join(place.folder, 'builder'), ...ofBuilder)).digest).toBe(digest);
}, 240_000);

test('a package is as good as its source, and brings no second runtime', async () => {
  const file = join(place.folder, 'builder/helper.cnb');
  await dema(['buildpack', 'package', join(BUILDPACKS, 'launch-helper'), '-o', `archive:${file}`], place);
  const packaged = definition('').replace(/uri = "[^"]*launch-helper"/, 'uri = "helper.cnb"');
  await writeFile(join(place.folder, 'builder/packaged.toml'), packaged);
  const { digest } = await create('ours/builder:4', '-c', join(place.folder, 'builder/packaged.toml'));
  expect(digest).toBe((await create('ours/builder:1', '-c', join(place.folder, 'builder/builder.toml'))).digest);
}, 240_000);

const scripts = (id: string) => ({
  'buildpack.toml': `api = "0.10"\n[buildpack]\nid = "acme/${id}"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n`,
  'bin/detect': '#!/bin/sh\n',
  'bin/build': `#!/bin/sh\necho built by ${id}\n`,
});

const COMPOSITE = {
  'buildpack.toml': `api = "0.10"
[buildpack]
id = "acme/all"
version = "1.0.0"
[[order]]
group = [{ id = "acme/one", version = "1.0.0" }, { id = "acme/two", version = "1.0.0" }]
`,
  'package.toml': '[buildpack]\nuri = "."\n[[dependencies]]\nuri = "../one"\n[[dependencies]]\nuri = "../two"\n',
};

test('a build takes buildpacks of an archive, of a composite package and of a registry', async () => {
  const folder = join(place.folder, 'places');
  const image = `${registry.host}/acme/three:1`;
  for (const id of ['one', 'two', 'three']) await writeFiles(join(folder, id), scripts(id));
  await writeFiles(folder, {
    'builder.toml': `order = [{ group = [{ id = "acme/all" }, { id = "acme/three" }] }]
buildpacks = [{ uri = "one.tgz" }, { uri = "all.cnb" }, { uri = "docker://${image}" }]
[build]
image = "base"
[[run.images]]
image = "dema/run-base:trixie"
`,
    'app/file': '',
  });
  await writeFiles(join(folder, 'all'), COMPOSITE);
  execFileSync('tar', ['czf', join(folder, 'one.tgz'), '-C', join(folder, 'one'), '.']);
  await dema(['buildpack', 'package', join(folder, 'all'), '-o', `archive:${join(folder, 'all.cnb')}`], place);
  await dema(['buildpack', 'package', join(folder, 'three'), '--publish', '--tag', image], place);
  await create('ours/places:1', '-c', folder);
  const built = await dema(['build', join(folder, 'app'), '--builder', 'ours/places:1'], place);
  expect(built.code, built.stderr).toBe(0);
  expect(built.stderr.match(/built by \w+/g)).toEqual(['built by one', 'built by two', 'built by three']);
});

test('several platforms make an index', async () => {
  const config = join(place.folder, 'builder/builder.toml');
  const name = `${registry.host}/ours/both:1`;
  await create(name, '-c', config, '--publish', '--target', 'linux/amd64', '--target', 'linux/arm64');
  const { content } = registry.manifests.get('ours/both:1') ?? {};
  const { manifests } = JSON.parse(String(content));
  expect(manifests.map((one: { platform: { architecture: string } }) => one.platform.architecture)).toEqual([
    'amd64',
    'arm64',
  ]);
}, 240_000);

test('the built-in builder has a name of its own, and stays small', async () => {
  const cwd = join(place.folder, 'elsewhere');
  await mkdir(cwd);
  const { stderr } = await create('base', '-o', `oci:${join(cwd, 'out')}`, '--target', 'amd64');
  expect(stderr).toContain('dema/builder-base:trixie');
  const { size, config } = await inspect(`oci:${join(cwd, 'out')}`);
  const officialLifecycle = 12e6;
  expect(size + officialLifecycle).toBeLessThan(150e6);
  expect(config.rootfs.diff_ids.length + 1).toBeLessThanOrEqual(25);
}, 240_000);

test.each([
  ['[lifecycle]\nversion = "0.21.14"\n', 3, 'names the lifecycle by its version 0.21.14 alone'],
  ['[lifecycle]\nuri = "./none.tgz"\n', 3, 'There is no lifecycle ./none.tgz'],
  ['[stack]\nid = "x"\nrun-image = "other/run"\n', 3, 'names example/run:1 in `[run]` and other/run in `[stack]`'],
  ['[[order]]\n[[order.group]]\nid = "example/none"\n', 3, 'its order names example/none, which it does not hold'],
])('%j is refused', async (rest, code, problem) => {
  const file = join(place.folder, 'builder/wrong.toml');
  await writeFile(file, definition(rest));
  const ended = await dema(['builder', 'create', 'x', '-c', file], place);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain(problem);
});

test('a definition that is not there is named', async () => {
  const ended = await dema(['builder', 'create', 'x', '-c', join(place.folder, 'none.toml')], place);
  expect(ended.stderr).toContain(`The builder ${place.folder} has no none.toml`);
  expect(await readFile(join(place.folder, 'builder/builder.toml'), 'utf8')).toContain('Ours');
});
