import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTar, type TarEntry } from '@dema/archive';
import { type DebianArchive, type LockedPackage, openDebianArchive, renderPackageLock } from '@dema/debian';
import { createFetcher, type Fetcher } from '@dema/fetch';
import type { Image } from '@dema/oci';
import { findBasePackages } from '@dema/spec';
import { openStore, removeFolder, type Store } from '@dema/store';
import {
  createSigningKey,
  debFilename,
  debianMirrorRoutes,
  type FakeDeb,
  makeDeb,
  type SigningKey,
  startServer,
  type TestServer,
} from '@dema/testkit';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BaseImageEvent, makeBuildImage, makeRunImage } from './index.ts';

const SHELL: FakeDeb = {
  name: 'dash',
  version: '0.5-1',
  files: { 'bin/dash': 'shell', 'usr/share/doc/dash/copyright': 'free', 'usr/share/man/man1/dash.1.gz': 'manual' },
};
const DEBS: FakeDeb[] = [
  SHELL,
  { name: 'base-files', version: '13', files: { 'usr/share/base-files/profile': 'PS1=x', 'etc/debian_version': '13' } },
  {
    name: 'ca-certificates',
    version: '1',
    architecture: 'all',
    files: { 'usr/share/ca-certificates/mozilla/B.crt': 'BBB', 'usr/share/ca-certificates/mozilla/A.crt': 'AAA\n' },
  },
  { name: 'mawk', version: '1', files: { 'usr/bin/mawk': 'awk', 'usr/lib64/ld.so': 'loader' } },
];

let key: SigningKey;
let root: string;
let builder: string;
let server: TestServer;
const fetchers: Fetcher[] = [];

beforeAll(async () => {
  key = await createSigningKey();
});

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'builder-'));
  builder = join(root, 'tiny');
  await mkdir(builder);
  await writeFile(join(builder, 'base.toml'), 'stack-id = "io.dema.stacks.trixie"\n');
  await writeLocks(DEBS);
  server = await startServer(await debianMirrorRoutes(DEBS, { key }));
});

afterEach(async () => {
  await server.close();
  await Promise.all(fetchers.splice(0).map((fetcher) => fetcher.close()));
  await removeFolder(root);
});

async function writeLocks(debs: FakeDeb[]): Promise<void> {
  const amd64 = await Promise.all(debs.map(lockOf));
  const date = '2026-11-24T02:12:15.000Z';
  const text = renderPackageLock({ distribution: 'trixie', date, architectures: { amd64, arm64: [] } });
  for (const role of ['run', 'build']) await writeFile(join(builder, `${role}.lock.json`), text);
}

async function lockOf(deb: FakeDeb): Promise<LockedPackage> {
  const bytes = await makeDeb(deb);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { name, version, architecture = 'amd64' } = deb;
  return { name, version, architecture, filename: debFilename(deb), size: bytes.length, sha256 };
}

async function openWorld(folder = 'store'): Promise<{ store: Store; archive: DebianArchive }> {
  const store = await openStore(join(root, folder));
  const fetcher = createFetcher({ store, env: {}, retry: { retries: 0 } });
  fetchers.push(fetcher);
  const mirror = {
    archive: `${server.url}/debian`,
    security: `${server.url}/debian-security`,
    headersFor: () => ({}),
  };
  return { store, archive: openDebianArchive({ mirror, fetcher, store, keys: [key.publicKey] }) };
}

async function entriesOf(image: Image): Promise<Map<string, TarEntry & { text: string }>> {
  const entries = new Map<string, TarEntry & { text: string }>();
  for (const layer of image.layers) {
    for await (const entry of readTar(layer.read())) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry.body?.() ?? []) chunks.push(chunk);
      entries.set(entry.path, { ...entry, text: Buffer.concat(chunks).toString() });
    }
  }
  return entries;
}

test('the run image holds what the packages bring and what installing them would have made', async () => {
  const image = await makeRunImage({ ...(await openWorld()), name: builder, architecture: 'amd64' });
  const entries = await entriesOf(image);
  const text = (path: string): string | undefined => entries.get(path)?.text;
  expect(text('usr/bin/dash')).toBe('shell');
  expect(entries.get('bin')?.linkPath).toBe('usr/bin');
  expect(entries.get('lib64')?.linkPath).toBe('usr/lib64');
  expect(entries.get('usr/bin/awk')?.linkPath).toBe('mawk');
  expect(text('etc/ssl/certs/ca-certificates.crt')).toBe('AAA\nBBB\n');
  expect(text('etc/ca-certificates.conf')).toBe('mozilla/A.crt\nmozilla/B.crt\n');
  expect(text('etc/passwd')).toMatch(/^cnb:x:1002:1000:cnb:\/home\/cnb:\/bin\/sh$/m);
  expect(text('etc/profile')).toBe('PS1=x');
  expect(entries.get('home/cnb')).toMatchObject({ type: 'directory', mode: 0o755, uid: 1002, gid: 1000 });
  expect(entries.get('tmp')).toMatchObject({ type: 'directory', mode: 0o1777 });
});

test('documentation stays out, licences stay in', async () => {
  const entries = await entriesOf(await makeRunImage({ ...(await openWorld()), name: builder, architecture: 'amd64' }));
  expect(entries.has('usr/share/doc/dash/copyright')).toBe(true);
  expect([...entries.keys()].filter((path) => path.includes('/man'))).toEqual([]);
});

test('scanners find every package and its files', async () => {
  const entries = await entriesOf(await makeRunImage({ ...(await openWorld()), name: builder, architecture: 'amd64' }));
  const listed = [...entries.keys()].filter((path) => /^var\/lib\/dpkg\/status\.d\/[^.]+$/.test(path));
  expect(listed.map((path) => path.slice('var/lib/dpkg/status.d/'.length))).toEqual(
    DEBS.map(({ name }) => name).sort(),
  );
  expect(entries.get('var/lib/dpkg/status.d/dash')?.text).toBe('Package: dash\nVersion: 0.5-1\nArchitecture: amd64\n');
});

test('entries stand in the order of their paths, all of one time', async () => {
  const entries = [
    ...(await entriesOf(await makeRunImage({ ...(await openWorld()), name: builder, architecture: 'amd64' }))).values(),
  ];
  const paths = entries.map(({ path }) => path);
  expect(paths).toEqual([...paths].sort());
  expect(new Set(entries.map(({ mtime }) => mtime))).toEqual(new Set([315532801]));
});

test('the images say what the Platform specification asks of base images', async () => {
  const world = await openWorld();
  const run = await makeRunImage({ ...world, name: builder, architecture: 'amd64' });
  const build = await makeBuildImage({ ...world, name: builder, architecture: 'amd64' });
  expect(run.config).toMatchObject({ os: 'linux', architecture: 'amd64' });
  expect(run.config.config).toMatchObject({
    User: '1002:1000',
    Env: [expect.stringMatching(/^PATH=/)],
    Labels: {
      'io.buildpacks.base.distro.name': 'debian',
      'io.buildpacks.base.distro.version': '13',
      'io.buildpacks.base.id': 'io.dema.stacks.trixie',
      'io.buildpacks.base.maintainer': 'Dema',
      'io.buildpacks.base.released': '2026-11-24',
      'io.buildpacks.rebasable': 'true',
      'io.buildpacks.stack.distro.name': 'debian',
      'io.buildpacks.stack.id': 'io.dema.stacks.trixie',
      'org.opencontainers.image.title': 'run-tiny',
      'org.opencontainers.image.vendor': 'Dema',
    },
  });
  const packages = findBasePackages(run.config.config?.Labels ?? {});
  expect(Object.fromEntries(packages ?? [])).toEqual(
    Object.fromEntries(DEBS.map(({ name, version }) => [name, version])),
  );
  expect(build.config.config?.User).toBe('1001:1000');
  expect(build.config.config?.Env).toEqual(
    expect.arrayContaining(['CNB_USER_ID=1001', 'CNB_GROUP_ID=1000', 'CNB_STACK_ID=io.dema.stacks.trixie']),
  );
});

test('the root for builds has a place for everything that is mounted there', async () => {
  const entries = await entriesOf(
    await makeBuildImage({ ...(await openWorld()), name: builder, architecture: 'amd64' }),
  );
  for (const path of ['dev', 'proc', 'sys', 'tmp', 'run', 'cnb/buildpacks', 'platform', 'home/cnb']) {
    expect(entries.get(path)?.type, path).toBe('directory');
  }
  for (const path of ['layers', 'workspace']) expect(entries.get(path)).toMatchObject({ uid: 1001, gid: 1000 });
  for (const path of ['etc/hosts', 'etc/resolv.conf']) expect(entries.get(path)?.type, path).toBe('file');
});

test('made once, an image needs no network', async () => {
  const world = await openWorld();
  const events: BaseImageEvent[] = [];
  const options = {
    ...world,
    name: builder,
    architecture: 'amd64' as const,
    onEvent: (event: BaseImageEvent) => void events.push(event),
  };
  const first = await makeRunImage(options);
  await server.close();
  const second = await makeRunImage({ ...options, archive: { packages: unreachable, fetch: unreachable } });
  expect(second.config).toEqual(first.config);
  expect(events.map(({ type }) => type)).toEqual(['base-image-start', 'base-image-fetched', 'base-image-end']);
});

function unreachable(): never {
  throw new Error('asked for');
}

test('the same lock gives the same layer in another store', async () => {
  const [one, other] = await Promise.all(
    ['one', 'other'].map(async (folder) =>
      makeRunImage({ ...(await openWorld(folder)), name: builder, architecture: 'amd64' }),
    ),
  );
  expect(one?.config.rootfs.diff_ids).toEqual(other?.config.rootfs.diff_ids);
});

test('another lock gives another image', async () => {
  const world = await openWorld();
  const before = await makeRunImage({ ...world, name: builder, architecture: 'amd64' });
  await writeLocks(DEBS.filter(({ name }) => name !== 'mawk'));
  const after = await makeRunImage({ ...world, name: builder, architecture: 'amd64' });
  expect(after.config.rootfs.diff_ids).not.toEqual(before.config.rootfs.diff_ids);
});

test('a package that took the place of a locked one is named each time, and refused where only the lock will do', async () => {
  const newer: FakeDeb = { ...SHELL, version: '0.5-2', files: { 'bin/dash': 'newer' } };
  server.routes = await debianMirrorRoutes([...DEBS.filter((deb) => deb !== SHELL), newer], { key });
  const events: BaseImageEvent[] = [];
  const options = {
    ...(await openWorld()),
    name: builder,
    architecture: 'amd64' as const,
    onEvent: (event: BaseImageEvent) => void events.push(event),
  };
  const image = await makeRunImage(options);
  await makeRunImage(options);
  expect((await entriesOf(image)).get('usr/bin/dash')?.text).toBe('newer');
  expect(findBasePackages(image.config.config?.Labels ?? {})?.get('dash')).toBe('0.5-2');
  const [locked, taken] = [await lockOf(SHELL), await lockOf(newer)];
  const superseded = { type: 'package-superseded', image: 'run-tiny', locked, taken };
  expect(events.filter(({ type }) => type === 'package-superseded')).toEqual([superseded, superseded]);
  await expect(makeRunImage({ ...options, locked: true })).rejects.toMatchObject({ code: 'DEBIAN_PACKAGE_SUPERSEDED' });
});

test('a builder that there is not, and one without locks, are faults of who named them', async () => {
  const options = { ...(await openWorld()), architecture: 'amd64' as const };
  await expect(makeRunImage({ ...options, name: 'huge' })).rejects.toMatchObject({
    code: 'BUILDER_NAME_UNKNOWN',
    fix: expect.stringContaining('base'),
  });
  await expect(makeRunImage({ ...options, name: root })).rejects.toMatchObject({ code: 'BUILDER_FILE_MISSING' });
});
