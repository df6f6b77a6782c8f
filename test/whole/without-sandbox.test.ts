import { execFile } from 'node:child_process';
import { mkdir, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeBuildImage } from '@dema/builders';
import { openHostArchive } from '@dema/debian';
import { makeBubblewrap } from '@dema/engine';
import { openStore } from '@dema/store';
import { writeFiles } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, dema, makePlace, type Place, TEST_CACHE } from './dema.ts';

const REPOSITORY = join(import.meta.dirname, '../..');
const APPS = join(REPOSITORY, 'test/apps/nodejs');
const IDS = { CNB_USER_ID: '1001', CNB_GROUP_ID: '1000' };

let place: Place;
let tree: string;
let bubblewrap: string;

beforeAll(async () => {
  place = await makePlace();
  for (const folder of ['workspace', 'layers']) await mkdir(join(place.folder, folder));
  const downloads = await openStore(join(TEST_CACHE, 'downloads'));
  const archive = openHostArchive({ store: downloads, env: process.env });
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const base = { store: await openStore(TEST_CACHE), archive, name: 'base', architecture } as const;
  tree = (await (await makeBuildImage(base)).layers[0]?.tree()) ?? '';
  bubblewrap = (await makeBubblewrap(base)).tree;
  await archive.close();
});

afterAll(() => place.remove());

/** Runs dema in a container of our build image, as its user, as CI systems do that name an image for a job. */
async function demaInside(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [loader, processor] =
    process.arch === 'arm64' ? ['ld-linux-aarch64.so.1', 'aarch64'] : ['ld-linux-x86-64.so.2', 'x86_64'];
  const libraries = join(bubblewrap, 'usr/lib', `${processor}-linux-gnu`);
  const shared = [await realpath(REPOSITORY), await realpath(TEST_CACHE), place.folder];
  const points = join(place.folder, 'points');
  for (const path of ['/workspace', '/layers', ...shared]) await mkdir(join(points, path), { recursive: true });
  const env = { ...IDS, HOME: '/home/cnb', DEMA_CACHE: TEST_CACHE, XDG_DATA_HOME: place.env.XDG_DATA_HOME ?? '' };
  const options = [
    ...['--library-path', libraries, join(bubblewrap, 'usr/bin/bwrap')],
    ...['--unshare-user', '--uid', '1001', '--gid', '1000', '--overlay-src', points, '--overlay-src', tree],
    ...['--ro-overlay', '/', '--dev', '/dev', '--ro-bind', '/proc', '/proc', '--tmpfs', '/tmp', '--tmpfs', '/home/cnb'],
    ...['/workspace', '/layers'].flatMap((path) => ['--bind', join(place.folder, path), path]),
    ...shared.flatMap((path) => ['--bind', path, path]),
    ...['--clearenv', '--setenv', 'PATH', '/usr/local/bin:/usr/bin:/bin'],
    ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
  const run = promisify(execFile)(join(libraries, loader ?? ''), [...options, process.execPath, BIN, ...args]);
  return run.then(
    (output) => ({ code: 0, ...output }),
    (error) => error,
  );
}

test('in a container of the build image a build needs no sandbox and gives the same image', async () => {
  const app = join(APPS, 'http');
  const usual = await dema(['build', app, '--tag', 'usual'], place);
  expect(usual.code, usual.stderr).toBe(0);
  await writeFiles(place.folder, { 'db/type': 'postgresql', 'db/password': 'x' });
  const args = ['build', app, '--sandbox', 'none', '--offline', '--tag'];
  const inside = await demaInside([...args, 'inside', '--binding', join(place.folder, 'db')]);
  expect(inside).toMatchObject({ code: 0, stdout: usual.stdout });
  const again = await demaInside([...args, 'usual']);
  expect(again).toMatchObject({ code: 0, stdout: usual.stdout });
  expect(again.stderr).toContain('layer node: reusing');
  for (const folder of ['workspace', 'layers']) expect(await readdir(join(place.folder, folder))).toEqual([]);
  const mounted = await demaInside([...args, 'mounted', '--volume', `${place.folder}:/opt/data`]);
  expect(mounted.stderr).toContain('(ENGINE_VOLUME_INVALID)');
});

test('there a buildpack finds what its launch helpers run on, too', async () => {
  const build = [
    'build',
    join(APPS, 'http'),
    '--buildpack',
    join(REPOSITORY, 'test/buildpacks/launch-helper'),
    '--tag',
  ];
  const usual = await dema([...build, 'helped'], place);
  expect(usual.code, usual.stderr).toBe(0);
  expect(await demaInside([...build, 'inside-helped', '--sandbox', 'none', '--offline'])).toMatchObject({
    code: 0,
    stdout: usual.stdout,
  });
});

test.each([
  ['this is none', {}],
  ['this one runs as user', { ...IDS, CNB_USER_ID: '54321' }],
  ['this one has no folder /workspace', { ...IDS, CNB_USER_ID: String(process.getuid?.()) }],
])('elsewhere it is refused: %s', async (reason, variables) => {
  const env = { ...place.env, ...variables };
  const { code, stderr } = await dema(['build', join(APPS, 'http'), '--sandbox', 'none'], { ...place, env });
  expect(stderr).toContain('(ENGINE_SANDBOX_NEEDED)');
  expect(stderr).toContain(reason);
  expect(code).toBe(3);
});

test('it cannot take the network from buildpacks', async () => {
  const { stderr } = await dema(['build', join(APPS, 'http'), '--sandbox', 'none', '--network', 'none'], place);
  expect(stderr).toContain('nothing can take the network away');
});
