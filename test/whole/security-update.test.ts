import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TarEntry } from '@dema/archive';
import {
  createSigningKey,
  debianMirrorRoutes,
  type FakeDeb,
  type SigningKey,
  startServer,
  type TestServer,
} from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dema, makePlace, type Place } from './dema.ts';

const CHANGELOG = gzipSync(
  'expat (2.9-2) trixie-security; urgency=high\n\n  * CVE-2026-12345\n\nexpat (2.9-1) trixie\n',
);

const OLD: FakeDeb[] = [
  { name: 'base-files', version: '13', files: { 'usr/share/base-files/profile': 'x', 'etc/debian_version': '13' } },
  { name: 'expat', version: '2.9-1', files: { 'usr/lib/libexpat.so': 'old' } },
];
const FIXED: FakeDeb = {
  name: 'expat',
  version: '2.9-2',
  suite: 'trixie-security',
  files: [
    fileEntry('usr/lib/libexpat.so', Buffer.from('mended')),
    fileEntry('usr/share/doc/expat/changelog.Debian.gz', CHANGELOG),
  ],
};

let place: Place;
let server: TestServer;
let key: SigningKey;
let builder: string;

beforeAll(async () => {
  place = await makePlace();
  server = await startServer();
  key = await createSigningKey();
  builder = join(place.folder, 'own');
  await writeFile(join(place.folder, 'archive.asc'), key.publicKey);
  await writeBuilder();
  await writeApp();
  // The build image is made of Debian's own archive, before the test's takes its place.
  await run('build', app(), '--buildpack', join(place.folder, 'pages'), '--tag', 'other');
  Object.assign(place.env, {
    DEMA_DEBIAN_MIRROR: `${server.url}/debian`,
    DEMA_DEBIAN_KEYS: join(place.folder, 'archive.asc'),
  });
});

afterAll(async () => {
  await server.close();
  await place.remove();
});

function app(): string {
  return join(place.folder, 'app');
}

function fileEntry(path: string, bytes: Buffer): TarEntry {
  return { path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: bytes.length, body: () => [bytes] };
}

/** Its run image is made of the test's archive, its build image is that of `base`. */
async function writeBuilder(): Promise<void> {
  await mkdir(builder);
  const packages = 'base-files = "x"\nexpat = "x"\n';
  await writeFile(join(builder, 'base.toml'), `[run.packages]\n${packages}[build]\nfrom = "base"\n`);
  const order = '[[buildpacks]]\nuri = "../pages"\n[[order]]\n[[order.group]]\nid = "test/pages"\n';
  await writeFile(join(builder, 'builder.toml'), `${order}[[run.images]]\nimage = "example/run:1"\n`);
}

async function writeApp(): Promise<void> {
  await mkdir(join(place.folder, 'app'));
  await writeFile(join(place.folder, 'app/page.txt'), 'a page');
  const bin = join(place.folder, 'pages/bin');
  await mkdir(bin, { recursive: true });
  const head = 'api = "0.10"\n[buildpack]\nid = "test/pages"\nversion = "1"\n[[targets]]\nos = "linux"\n';
  await writeFile(join(place.folder, 'pages/buildpack.toml'), head);
  for (const phase of ['detect', 'build']) {
    await writeFile(join(bin, phase), '#!/bin/sh\necho yes\n');
    await chmod(join(bin, phase), 0o755);
  }
}

async function serve(debs: FakeDeb[], day: string): Promise<void> {
  const date = new Date(`${day}T00:00:00Z`);
  const dates = { trixie: date, 'trixie-updates': date, 'trixie-security': date };
  server.routes = await debianMirrorRoutes(
    debs.map((deb) => ({ ...deb, architecture: 'all' })),
    { key, dates },
  );
}

async function run(...args: string[]) {
  const ended = await dema(args, place);
  if (ended.code !== 0) throw new Error(ended.stderr);
  return ended;
}

async function inspect(): Promise<{ digest: string; config: { rootfs: { diff_ids: string[] } } }> {
  return JSON.parse((await run('inspect', 'shop', '--json')).stdout);
}

test('an advisory moves the lock, the lock the run image, and the run image the app, which is not built again', async () => {
  await serve(OLD, '2026-11-01');
  expect((await run('base', 'update', builder)).stdout).toContain('expat (new) -> 2.9-1');
  await run('build', app(), '--builder', builder, '--tag', 'shop');
  const before = await inspect();

  await serve([...OLD, FIXED], '2026-11-02');
  const update = await run('dependencies', 'update', builder, '--security');
  expect(update.stdout).toBe(`${join(builder, 'run.lock.json')}: patch\n  expat 2.9-1 -> 2.9-2  CVE-2026-12345\n`);

  const report = join(place.folder, 'report.toml');
  const rebase = await run('rebase', 'shop', '--builder', builder, '--report', report);
  expect(rebase.stderr).toContain('shop:latest rebased\n  expat 2.9-1 -> 2.9-2\n');
  const after = await inspect();
  expect(rebase.stdout).toBe(`${after.digest}\n`);
  expect(await readFile(report, 'utf8')).toBe(`[image]\n  tags = ["shop:latest"]\n  digest = "${after.digest}"\n`);
  expect(after.config.rootfs.diff_ids[0]).not.toBe(before.config.rootfs.diff_ids[0]);
  expect(after.config.rootfs.diff_ids.slice(1)).toEqual(before.config.rootfs.diff_ids.slice(1));

  expect((await run('sbom', 'shop')).stdout).toContain('pkg:deb/debian/expat@2.9-2?');

  expect((await run('rebase', 'shop', '--builder', builder)).stderr).toContain('stands on that run image already');
});

test('keys that are none are told by the name of the setting', async () => {
  const file = join(place.folder, 'none.asc');
  await writeFile(file, 'not a key');
  const { stderr } = await dema(['base', 'update', builder], {
    ...place,
    env: { ...place.env, DEMA_DEBIAN_KEYS: file },
  });
  expect(stderr).toContain('DEBIAN_KEYS_UNREADABLE');
});
