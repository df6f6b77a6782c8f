import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TarEntry } from '@dema/archive';
import {
  appendLayers,
  type ContainerConfig,
  createLayer,
  type Image,
  parseRegistryName,
  pushImage,
  setConfig,
  writeArchive,
  writeLayout,
} from '@dema/oci';
import type { Store } from '@dema/store';
import { startContainerRegistry } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBaseImages } from './builder-image.ts';
import { dema, makePlace, type Place } from './dema.ts';

let place: Place;
let store: Store;
let base: Image;

beforeAll(async () => {
  place = await makePlace();
  const images = await openBaseImages();
  store = images.store;
  base = setConfig(images.run, { Env: undefined, User: undefined, Labels: undefined, WorkingDir: undefined });
});

afterAll(() => place.remove());

let made = 0;

/** Name of a layout with an image that no buildpack made. */
async function layoutOf(config: ContainerConfig, change: (image: Image) => Image = (image) => image): Promise<string> {
  made += 1;
  const layout = join(place.folder, `layout-${made}`);
  await writeLayout(layout, change(setConfig(base, config)));
  return `oci:${layout}`;
}

function file(path: string, content: string): TarEntry {
  const body = () => [Buffer.from(content)];
  return { path, type: 'file', mode: 0o755, uid: 0, gid: 0, size: Buffer.byteLength(content), body };
}

test('entry point and command make the command line, whose end arguments take the place of', async () => {
  const image = await layoutOf({ Entrypoint: ['echo', 'one'], Cmd: ['two', 'three'] });
  expect(await dema(['run', image], place)).toMatchObject({ code: 0, stdout: 'one two three\n' });
  expect((await dema(['run', image, '--', 'four'], place)).stdout).toBe('one four\n');
  const bare = await layoutOf({ Cmd: ['sh', '-c', 'echo $PATH; pwd; id -u; touch /etc/x /new && echo root writes'] });
  expect((await dema(['run', bare], place)).stdout).toBe(
    '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n/\n0\nroot writes\n',
  );
});

test('user, folder and variables are those of the image', async () => {
  const script = 'echo $(id -u):$(id -g) $HOME $(pwd) $GREETING; touch x 2>/dev/null || echo read-only';
  const image = await layoutOf({
    User: 'cnb',
    WorkingDir: '/srv/not/there',
    Env: ['PATH=/usr/bin', 'GREETING=hello'],
    Cmd: ['sh', '-c', script],
  });
  expect((await dema(['run', image], place)).stdout).toBe('1002:1000 /home/cnb /srv/not/there hello\nread-only\n');
  const replaced = await dema(['run', image, '--env', 'GREETING=bye', '--', 'sh', '-c', 'echo $GREETING'], place);
  expect(replaced.stdout).toBe('bye\n');
});

test('what a layer hides is not there, and a volume stands where it was', async () => {
  const upper = await createLayer(store, [
    file('/etc/.wh.os-release', ''),
    file('/srv/.wh..wh..opq', ''),
    file('/srv/a', ''),
  ]);
  const lower = await createLayer(store, [file('/srv/b', '')]);
  const image = await layoutOf(
    { Cmd: ['sh', '-c', 'ls /srv /etc/os-release 2>&1; cat /etc/os-release/given'] },
    (one) => appendLayers(one, [lower, upper]),
  );
  const { stdout } = await dema(['run', image], place);
  expect(stdout).toContain('/srv:\na\n');
  expect(stdout).toMatch(/os-release.*No such file/);
  await mkdir(join(place.folder, 'volume'));
  await writeFile(join(place.folder, 'volume/given'), 'of this machine\n');
  const mounted = await dema(['run', image, '--volume', `${place.folder}/volume:/etc/os-release`], place);
  expect(mounted.stdout).toContain('of this machine\n');
});

test('links above and below a folder that the user may write to show nothing of this machine', async () => {
  await writeFile(join(place.folder, 'treasure'), 'TREASURE');
  const folder = { type: 'directory' as const, mode: 0o777, uid: 1002, gid: 1000, size: 0 };
  const link = { type: 'symlink' as const, mode: 0o777, uid: 0, gid: 0, size: 0, linkPath: place.folder };
  const made = [
    [
      { ...link, path: '/below' },
      { ...folder, path: '/above' },
      { ...folder, path: '/real' },
    ],
    [
      { ...folder, path: '/below' },
      { ...link, path: '/above' },
      { ...folder, path: '/real' },
      file('/real/file', 'kept'),
    ],
  ].map((entries) => createLayer(store, entries));
  const layers = await Promise.all(made);
  const script = 'cat /below/treasure /above/treasure; touch /below/new /real/new && cat /real/file';
  const image = await layoutOf({ User: '1002:1000', Cmd: ['sh', '-c', script] }, (one) => appendLayers(one, layers));
  const { stdout, stderr } = await dema(['run', image], place);
  expect(stdout, stderr).toBe('kept');
});

test('what images say of themselves is shown without control characters', async () => {
  const layer = await createLayer(store, [file('/srv/c', '')], { createdBy: 'made\u001b]0;title\u0007' });
  const label = { 'io.buildpacks.build.metadata': '{"buildpacks":[{"id":"a\\u001b[2Jb","version":"1"}]}' };
  const image = await layoutOf({ Labels: label }, (one) => appendLayers(one, [layer]));
  const { stdout } = await dema(['inspect', image], place);
  expect(stdout).toContain('made]0;title\n');
  expect(stdout).toContain('a[2Jb 1\n');
});

test('an archive and an image of a registry run, that one again without the registry', async () => {
  const image = setConfig(base, { Cmd: ['echo', 'hello'], Labels: { made: 'here' } });
  const archive = join(place.folder, 'image.tar');
  await writeArchive(archive, image, { reference: 'hello:latest' });
  expect((await dema(['run', archive], place)).stdout).toBe('hello\n');
  const registry = await startContainerRegistry();
  const name = `${registry.host}/acme/hello:1`;
  await pushImage(parseRegistryName(name), image, { env: {} });
  expect((await dema(['run', `docker://${name}`], place)).stdout).toBe('hello\n');
  await registry.close();
  expect((await dema(['run', name, '--offline'], place)).stdout).toBe('hello\n');
});

test.each<{ name: string; config: ContainerConfig; architecture?: string; code: string }>([
  { name: 'no command', config: {}, code: 'ENGINE_IMAGE_COMMAND_MISSING' },
  { name: 'a user that it does not have', config: { Cmd: ['true'], User: 'ghost' }, code: 'ENGINE_IMAGE_USER_UNKNOWN' },
  { name: 'another processor', config: { Cmd: ['true'] }, architecture: 's390x', code: 'ENGINE_IMAGE_PLATFORM' },
])('is refused: an image with $name', async ({ config, architecture, code }) => {
  const image = await layoutOf(config, (one) =>
    architecture ? { ...one, config: { ...one.config, architecture } } : one,
  );
  const refused = await dema(['run', image], place);
  expect(refused.stderr).toContain(`(${code})`);
  expect(refused.code).toBe(82);
});

test('a port that the image exposes is watched unless another is given', async () => {
  const image = await layoutOf({ Cmd: ['sh', '-c', 'echo $PORT'], ExposedPorts: { '80/tcp': {}, '23917/tcp': {} } });
  expect((await dema(['run', image], place)).stdout).toBe('23917\n');
  expect((await dema(['run', image, '--port', '23918'], place)).stdout).toBe('23918\n');
});

test('a program that cannot be started is told as shells tell it', async () => {
  const folder = join(place.folder, 'programs');
  await mkdir(folder);
  await writeFile(join(folder, 'greet'), '#!/bin/sh\necho hello from a volume\n', { mode: 0o755 });
  const needy = await createLayer(store, [file('/srv/needy', '#!/opt/not/there\n')]);
  const image = await layoutOf({ Cmd: ['true'] }, (one) => appendLayers(one, [needy]));
  const run = (program: string, ...options: string[]) => dema(['run', image, ...options, '--', program], place);

  const missing = await run('/bin/nope');
  expect(missing.code).toBe(127);
  expect(missing.stderr).toMatch(
    /^error: The image \S+ has no program \/bin\/nope\.\n.*\n\(ENGINE_PROGRAM_MISSING\)\n$/,
  );
  const unknown = await run('nope', '--env', 'PATH=/bin:/opt/bin');
  expect(unknown.code).toBe(127);
  expect(unknown.stderr).toContain('has no program nope on its PATH /bin:/opt/bin.');
  for (const name of ['/etc/passwd', '/etc']) {
    const refused = await run(name);
    expect(refused.code).toBe(126);
    expect(refused.stderr).toMatch(
      /^error: \/etc\S* of the image .* is no program.*\n.*\n\(ENGINE_PROGRAM_NOT_EXECUTABLE\)\n$/,
    );
  }
  const needing = await run('/srv/needy');
  expect(needing.code).toBe(126);
  expect(needing.stderr).toContain('(ENGINE_PROGRAM_NOT_STARTED)');

  expect((await run('greet', '--volume', `${folder}:/opt/bin`, '--env', 'PATH=/bin:/opt/bin')).stdout).toBe(
    'hello from a volume\n',
  );
  expect((await run('/proc/1/root/bin/true')).code).toBe(0);
  expect((await run('./bin/false')).code).toBe(1);
});
