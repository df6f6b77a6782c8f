import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { gzip, writeTar } from '@dema/archive';
import { composeBuildpackage } from '@dema/engine';
import { createIndex, folderEntries, writeArchive, writeLayout } from '@dema/oci';
import { content, startServer, type TestServer, writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseLocator } from './locator.ts';
import { openModules } from './open-modules.ts';
import { openBuildpack } from './packaged-buildpacks.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

const REFERENCE = { reference: 'acme/shell:1.0.0' };

let root = '';
let env: NodeJS.ProcessEnv;
let workplace: Workplace;
let server: TestServer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-open-modules-'));
  env = { HOME: root, DEMA_CACHE: join(root, 'cache'), XDG_DATA_HOME: join(root, 'data') };
  workplace = await openWorkplace(env);
  for (const id of ['acme/shell', 'dema/runtime']) await writeBuildpack(id);
  const [buildpack, runtime] = await Promise.all([open('acme_shell'), open('dema_runtime')]);
  const images = await Promise.all(
    ['amd64', 'arm64'].map((architecture) =>
      composeBuildpackage({ store: workplace.store, platform: { architecture }, buildpack, others: [runtime] }),
    ),
  );
  const [image] = images;
  if (!image) throw new Error('there are two');
  await writeArchive(join(root, 'shell.cnb'), image, REFERENCE);
  await writeLayout(join(root, 'layout'), createIndex(images), REFERENCE);
  await workplace.images.put(REFERENCE.reference, image);
  await writeSourceArchive(join(root, 'acme_shell'), join(root, 'shell.tgz'));
  server = await startServer({ '/shell.tgz': content(await readFile(join(root, 'shell.tgz'))) });
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

async function writeBuildpack(id: string): Promise<void> {
  await writeFiles(join(root, id.replace('/', '_')), {
    'buildpack.toml': `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n`,
    'bin/detect': '#!/bin/sh\n',
    'bin/build': '#!/bin/sh\n',
  });
}

function open(folder: string) {
  return openBuildpack(workplace.store, join(root, folder));
}

/** As `jam pack` writes it. */
async function writeSourceArchive(folder: string, file: string, prefix = '.'): Promise<void> {
  const entries = folderEntries(folder, { prefix, uid: 0, gid: 0 });
  await pipeline(gzip(writeTar(entries)), createWriteStream(file));
}

async function openIds(text: string): Promise<string[]> {
  const locator = parseLocator(text, root);
  if (locator.kind === 'builder') throw new Error('there is no builder');
  const modules = await openModules(workplace, locator, { env });
  expect(await readFile(join(modules[0].folder, 'bin/detect'), 'utf8')).toBe('#!/bin/sh\n');
  return modules.map(({ descriptor }) => descriptor.buildpack.id);
}

test.each(['acme_shell', 'shell.tgz'])('%s is the buildpack alone', async (text) => {
  expect(await openIds(text)).toEqual(['acme/shell']);
});

test.each(['shell.cnb', 'archive:shell.cnb', 'layout', 'oci:layout', 'acme/shell:1.0.0'])(
  '%s is the package with all that is in it',
  async (text) => {
    expect(await openIds(text)).toEqual(['acme/shell', 'dema/runtime']);
  },
);

test('what is there and cannot be read is named', async () => {
  await mkdir(join(root, 'unreadable/buildpack.toml'), { recursive: true });
  await symlink('loop.cnb', join(root, 'loop.cnb'));
  for (const [path, file] of Object.entries({ unreadable: 'unreadable/buildpack.toml', 'loop.cnb': 'loop.cnb' })) {
    const place = { kind: 'path', path: join(root, path) } as const;
    await expect(openModules(workplace, place, { env })).rejects.toMatchObject({
      code: 'CLI_FILE_UNREADABLE',
      problem: expect.stringContaining(join(root, file)),
    });
  }
});

test('what the engine has of its own is left out for it', async () => {
  const modules = await openModules(workplace, parsePath('shell.cnb'), { env, withoutRuntime: true });
  expect(modules.map(({ descriptor }) => descriptor.buildpack.id)).toEqual(['acme/shell']);
});

function parsePath(name: string) {
  return { kind: 'path', path: join(root, name) } as const;
}

test('an address needs a checksum, and what is there is held against it', async () => {
  const hex = createHash('sha256')
    .update(await readFile(join(root, 'shell.tgz')))
    .digest('hex');
  expect(await openIds(`${server.url}/shell.tgz#sha256:${hex}`)).toEqual(['acme/shell']);
  await expect(openIds(`${server.url}/shell.tgz`)).rejects.toMatchObject({
    code: 'CLI_ARGUMENTS_INVALID',
    fix: expect.stringContaining('#sha256:HEX'),
  });
  for (const malformed of ['sha256:abc', `sha256:${hex.toUpperCase()}`, 'v1']) {
    await expect(openIds(`${server.url}/shell.tgz#${malformed}`)).rejects.toMatchObject({
      code: 'CLI_ARGUMENTS_INVALID',
      problem: `"#${malformed}" behind ${server.url}/shell.tgz is no SHA-256 of what comes from there.`,
    });
  }
  await expect(openIds(`${server.url}/shell.tgz#sha256:${'0'.repeat(64)}`)).rejects.toMatchObject({
    code: expect.stringMatching(/^FETCH_/),
  });
});

test.each([
  ['nothing.cnb', 'There is nothing at '],
  ['nothing', 'There is nothing at '],
  ['folder.tgz', 'holds no buildpack'],
])('%s is no buildpack', async (path, problem) => {
  await writeSourceArchive(join(root, 'acme_shell'), join(root, 'folder.tgz'), 'acme_shell');
  await expect(openModules(workplace, parsePath(path), { env })).rejects.toMatchObject({
    code: 'CLI_ARGUMENTS_INVALID',
    problem: expect.stringContaining(problem),
  });
});

test('a file that is no archive is named', async () => {
  await writeFiles(root, { 'good.toml': 'description = "no archive"\n' });
  const path = join(root, 'good.toml');
  await expect(openModules(workplace, { kind: 'path', path }, { env })).rejects.toMatchObject({
    code: 'CLI_ARCHIVE_INVALID',
    problem: expect.stringContaining(`${path} cannot be read as an archive: `),
  });
});
