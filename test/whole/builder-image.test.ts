import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Image, parseRegistryName, pushImage, setConfig, writeLayout } from '@dema/oci';
import type { Store } from '@dema/store';
import { type ContainerRegistry, startContainerRegistry, writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { composeBuilder, openBaseImages } from './builder-image.ts';
import { dema, eventsOf, makePlace, type Place, runToEnd } from './dema.ts';

const SHELL = join(import.meta.dirname, '../buildpacks/shell');
const NODEJS = join(import.meta.dirname, '../../buildpacks/nodejs');

/** Tells what it sees of the builder. */
const PROBE = {
  'buildpack.toml': 'api = "0.10"\n[buildpack]\nid = "example/probe"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n',
  'bin/detect': '#!/bin/sh\n[ -f greeting.txt ] || exit 100\n',
  'bin/build': `#!/bin/sh
echo "home $HOME: $(ls -A "$HOME")"
touch "$HOME/written"
echo "mark $MARK, user $(id -u):$(id -g), in $PWD"
echo "cnb: $(ls /cnb | tr '\\n' ' ')"
echo "removed: $(ls /etc/removed 2>&1)"
touch /cnb/x 2>&1 | sed 's/.*: //'
printf '[[processes]]\\ntype = "web"\\ncommand = ["true"]\\ndefault = true\\n' > "$1/launch.toml"
`,
};

/** As little of a lifecycle as an engine needs that is none. */
const LIFECYCLE = {
  '/cnb/lifecycle/lifecycle': '#!/bin/sh\necho 1.2.3+abcdef1\n',
  '/cnb/lifecycle/launcher': '#!/bin/sh\necho launched by another\n',
  '/cnb/lifecycle/launcher.sbom.cdx.json': '{"bomFormat":"CycloneDX"}',
};

let place: Place;
let app: string;
let probe: string;
let registry: ContainerRegistry;
let store: Store;
let build: Image;

beforeAll(async () => {
  place = await makePlace();
  registry = await startContainerRegistry();
  app = join(place.folder, 'app');
  await mkdir(app);
  await writeFile(join(app, 'greeting.txt'), 'hello');
  probe = join(place.folder, 'probe');
  await mkdir(join(probe, 'bin'), { recursive: true });
  for (const [name, text] of Object.entries(PROBE)) await writeFile(join(probe, name), text);
  for (const name of ['detect', 'build']) await chmod(join(probe, 'bin', name), 0o755);
  const base = await openBaseImages();
  store = base.store;
  build = base.build;
  await push('acme/run:1', base.run);
});

beforeEach(() => {
  registry.requests.length = 0;
});

afterAll(async () => {
  await registry.close();
  await place.remove();
});

async function push(name: string, image: Image): Promise<string> {
  const full = `${registry.host}/${name}`;
  await pushImage(parseRegistryName(full), image, { env: process.env });
  return full;
}

const atHost = (name: string) => `${registry.host}/${name}`;

/** What does not depend on the port of the registry stands in files, so that the tests' cache has the builder once. */
const FILES = { '/cnb/build-config/env/MARK.default': 'of the builder', '/home/cnb/.profile': 'x' };

async function pushBuilder(name: string, { image = 'acme/run:1', more = {}, apis = LIFECYCLE_INFO.apis } = {}) {
  const labels = { runImages: [{ image: atHost(image), mirrors: [] }], lifecycle: { ...LIFECYCLE_INFO, apis } };
  return push(name, await composeBuilder(store, build, { buildpacks: [probe], files: { ...FILES, ...more }, labels }));
}

const LIFECYCLE_INFO = {
  version: '1.2.3',
  api: { buildpack: '0.7', platform: '0.7' },
  apis: {
    buildpack: { deprecated: [], supported: ['0.10'] },
    platform: { deprecated: [], supported: ['0.7', '0.12', '0.14', '0.99'] },
  },
};

const buildWith = (builder: string, ...args: string[]) => {
  return dema(['build', app, '--builder', builder, '--tag', 'probe', ...args], place);
};

const configOf = async (name: string) =>
  JSON.parse((await dema(['inspect', name, '--json'], place)).stdout).config.config;

const runImageOf = async (name: string) =>
  JSON.parse((await configOf(name)).Labels['io.buildpacks.lifecycle.metadata']).runImage;

test('a builder of a registry gives its buildpacks, its environment and its run image', async () => {
  const builder = await pushBuilder('acme/builder:1');
  const built = await buildWith(builder);
  expect(built.stderr).toContain('home /home/cnb: .profile');
  expect(built.stderr).toContain('mark of the builder, user 1001:1000, in /workspace');
  expect(built.stderr).toContain('cnb: build-config buildpacks order.toml ');
  expect(built.stderr).toMatch(/removed: .*No such file/);
  expect(built.stderr).toContain('Read-only file system');
  expect(built.code).toBe(0);
  const { digest: _, ...named } = await runImageOf('probe');
  expect(named).toMatchObject({
    image: atHost('acme/run:1'),
    reference: expect.stringMatching(new RegExp(`^${atHost('acme/run')}@sha256:`)),
  });
  expect((await configOf('probe')).Env).toContain('CNB_PLATFORM_API=0.15');
});

test('is asked about with one HEAD each time, with --pull-policy if-not-present or --offline not at all', async () => {
  const builder = await pushBuilder('acme/builder:2');
  const first = await buildWith(builder);
  registry.requests.length = 0;
  const again = await buildWith(builder);
  expect(again.stdout).toBe(first.stdout);
  // The question by which a registry of this machine is found to speak plain HTTP comes first.
  const heads = ['HEAD /v2/acme/builder/manifests/2', 'HEAD /v2/acme/run/manifests/1'];
  expect(registry.requests).toEqual(['GET /v2/', ...heads]);
  registry.requests.length = 0;
  for (const args of [['--offline'], ['--pull-policy', 'if-not-present'], ['--pull-policy', 'never']]) {
    expect((await buildWith(builder, ...args)).stdout).toBe(first.stdout);
  }
  expect(registry.requests).toEqual([]);
  const unknown = await buildWith(atHost('acme/builder:unknown'), '--pull-policy', 'never');
  expect(unknown.stderr).toContain('(CLI_IMAGE_MISSING)');
});

test('a name that moved is fetched anew', async () => {
  const builder = await pushBuilder('acme/builder:moving');
  await buildWith(builder);
  await pushBuilder('acme/builder:moving', { image: 'acme/run:other' });
  const moved = await buildWith(builder);
  expect(moved.stderr).toContain('No run image of the builder');
  expect(moved.stderr).toContain(`${atHost('acme/run:other')}: The registry has no image`);
  expect(moved.stderr).toContain('(CLI_RUN_IMAGE_MISSING)');
});

test('an official lifecycle in it gives the launcher, its version and its Platform API', async () => {
  const builder = await pushBuilder('acme/builder:lifecycle', { more: LIFECYCLE });
  const built = await buildWith(builder);
  expect(built.stderr).toContain('cnb: build-config buildpacks lifecycle order.toml ');
  expect(built.code, built.stderr).toBe(0);
  expect((await runToEnd('probe', place)).stdout).toBe('launched by another\n');
  const { Env: env, Labels: labels } = await configOf('probe');
  expect(env).toContain('CNB_PLATFORM_API=0.14');
  expect(labels['io.buildpacks.exec-env']).toBeUndefined();
  expect(JSON.parse(labels['io.buildpacks.build.metadata']).launcher).toEqual({
    version: '1.2.3',
    source: { git: { repository: 'github.com/buildpacks/lifecycle', commit: 'abcdef1' } },
  });
  const sbom = await dema(['sbom', 'probe'], place);
  expect(sbom.code, sbom.stderr).toBe(0);
});

test('a lifecycle that knows none of the Platform APIs of our images gives none: it is ours', async () => {
  const old = { ...LIFECYCLE_INFO.apis, platform: { deprecated: [], supported: ['0.7', '0.11'] } };
  const builder = await pushBuilder('acme/builder:old', { more: LIFECYCLE, apis: old });
  const built = await buildWith(builder);
  expect(built.code, built.stderr).toBe(0);
  expect(await runToEnd('probe', place)).toMatchObject({ code: 0, stdout: '' });
  const { Env: env, Labels: labels } = await configOf('probe');
  expect(env).toContain('CNB_PLATFORM_API=0.15');
  expect(JSON.parse(labels['io.buildpacks.build.metadata']).launcher.version).not.toBe('1.2.3');
});

test('the first mirror that is there stands in, one in the registry that the image goes to before all others', async () => {
  const other = await startContainerRegistry();
  try {
    const { run } = await openBaseImages();
    await pushImage(parseRegistryName(`${other.host}/run:1`), run, { env: process.env });
    const labels = {
      runImages: [{ image: atHost('acme/gone:1'), mirrors: [atHost('acme/run:1'), `${other.host}/run:1`] }],
    };
    const parts = { buildpacks: [probe], files: FILES, labels };
    const builder = await push('acme/builder:mirrors', await composeBuilder(store, build, parts));
    await buildWith(builder);
    expect(await runImageOf('probe')).toMatchObject({
      image: atHost('acme/gone:1'),
      mirrors: [atHost('acme/run:1'), `${other.host}/run:1`],
      reference: expect.stringContaining(atHost('acme/run@')),
    });
    const name = `${other.host}/probe:1`;
    const published = await dema(['build', app, '--builder', builder, '--tag', name, '--publish'], place);
    expect(published.code, published.stderr).toBe(0);
    expect((await runImageOf(`docker://${name}`)).reference).toContain(`${other.host}/run@`);
    const asked = await buildWith(builder, '--run-image', `${other.host}/run:1`);
    expect(asked.code, asked.stderr).toBe(0);
    expect(await runImageOf('probe')).toMatchObject({
      image: atHost('acme/gone:1'),
      reference: expect.stringContaining(`${other.host}/run@`),
    });
  } finally {
    await other.close();
  }
});

test('a definition that names its images builds what the builder does that is made of it', async () => {
  await push('acme/build:1', build);
  const images = `build = { image = "${atHost('acme/build:1')}" }
[[run.images]]
image = "${atHost('acme/gone:1')}"
mirrors = ["${atHost('acme/run:1')}"]
`;
  const modules = `buildpacks = [{ uri = "../probe" }]\norder = [{ group = [{ id = "example/probe" }] }]\n`;
  const folder = join(place.folder, 'definition');
  await writeFiles(place.folder, { 'definition/builder.toml': modules + images, 'bare/builder.toml': modules });
  const created = await dema(['builder', 'create', 'acme/defined:1', '--config', folder], place);
  expect(created.code, created.stderr).toBe(0);
  const usual = await buildWith('acme/defined:1');
  expect(await buildWith(folder)).toMatchObject({ code: 0, stdout: usual.stdout });
  registry.requests.length = 0;
  const file = join(folder, 'builder.toml');
  expect(await buildWith(file, '--offline')).toMatchObject({ code: 0, stdout: usual.stdout });
  expect(registry.requests).toEqual([]);
  const bare = await buildWith(join(place.folder, 'bare'), '--run-image', atHost('acme/run:1'));
  expect(bare).toMatchObject({ code: 3, stderr: expect.stringContaining('(CLI_BUILD_IMAGE_MISSING)') });
});

test('a builder of project.toml, in a layout, runs the buildpacks that are asked for beside its own', async () => {
  const labels = { runImages: [{ image: 'dema/run-base:trixie', mirrors: [] }] };
  const layout = join(place.folder, 'layout');
  await writeLayout(layout, await composeBuilder(store, build, { buildpacks: [probe], files: FILES, labels }));
  const described = join(place.folder, 'described');
  await mkdir(described);
  await writeFile(join(described, 'greeting.txt'), 'hello');
  await writeFile(join(described, 'server.js'), '');
  await writeFile(
    join(described, 'project.toml'),
    `[_]\nschema-version = "0.2"\n[io.buildpacks]\nbuilder = "oci:${layout}"\n`,
  );
  const named = ['--buildpack', 'example/probe', '--buildpack', SHELL, '--buildpack', NODEJS];
  const { code, stdout, stderr } = await dema(['build', described, ...named, '--json'], place);
  expect(code, stderr).toBe(0);
  expect(eventsOf(stdout).find(({ type }) => type === 'plan-settled')?.group).toEqual([
    { id: 'example/probe', version: '1.0.0' },
    { id: 'example/shell', version: '1.2.3' },
    { id: 'dema/nodejs', version: '0.1.0' },
  ]);
});

test.each<{ name: string; change: (image: Image) => Image; code: string; exit: number }>([
  {
    name: 'an image that is none',
    change: (image) => setConfig(image, { Env: [] }),
    code: 'ENGINE_BUILDER_INVALID',
    exit: 3,
  },
  {
    name: 'root as its user',
    change: (image) => setConfig(image, { Env: ['CNB_USER_ID=0', 'CNB_GROUP_ID=0'] }),
    code: 'ENGINE_BUILDER_INVALID',
    exit: 3,
  },
  {
    name: 'Windows',
    change: (image) => ofPlatform(image, { os: 'windows' }),
    code: 'ENGINE_BUILDER_PLATFORM',
    exit: 3,
  },
  {
    name: 'another processor',
    change: (image) => ofPlatform(image, { architecture: 's390x' }),
    code: 'ENGINE_BUILDER_PLATFORM',
    exit: 3,
  },
])('is refused: $name', async ({ change, code, exit }) => {
  const image = await composeBuilder(store, build, { buildpacks: [probe], files: FILES });
  const layout = join(place.folder, code);
  await writeLayout(layout, change(image));
  const refused = await buildWith(`oci:${layout}`);
  expect(refused.stderr).toContain(`(${code})`);
  expect(refused.code).toBe(exit);
});

function ofPlatform(image: Image, platform: { os?: string; architecture?: string }): Image {
  return { ...image, config: { ...image.config, ...platform } };
}

test('one whose buildpacks have an API that is not known is refused with the exit code for that', async () => {
  const future = join(place.folder, 'future');
  await mkdir(join(future, 'bin'), { recursive: true });
  await writeFile(join(future, 'buildpack.toml'), PROBE['buildpack.toml'].replace('0.10', '0.99'));
  for (const name of ['detect', 'build']) await writeFile(join(future, 'bin', name), '#!/bin/sh\n');
  const labels = { runImages: [{ image: 'dema/run-base:trixie', mirrors: [] }] };
  const layout = join(place.folder, 'future-builder');
  await writeLayout(layout, await composeBuilder(store, build, { buildpacks: [future], labels }));
  const refused = await buildWith(`oci:${layout}`);
  expect(refused.stderr).toContain('(SPEC_BUILDPACK_API_UNSUPPORTED)');
  expect(refused.code).toBe(12);
});

test('one with image extensions is refused', async () => {
  const labels = {
    runImages: [{ image: 'dema/run-base:trixie', mirrors: [] }],
    orderExtensions: [[{ id: 'acme/ext', version: '1', optional: true }]],
  };
  const files = {
    '/cnb/order.toml':
      '[[order]]\n[[order.group]]\nid="a"\nversion="1"\n[[order-extensions]]\n[[order-extensions.group]]\nid="e"\nversion="1"\n',
  };
  const layout = join(place.folder, 'extended');
  await writeLayout(layout, await composeBuilder(store, build, { buildpacks: [probe], files, labels }));
  const refused = await buildWith(`oci:${layout}`);
  expect(refused.stderr).toContain('(CLI_EXTENSIONS_UNSUPPORTED)');
  expect(refused.code).toBe(3);
});
