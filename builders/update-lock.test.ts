import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TarEntry } from '@dema/archive';
import { openDebianArchive, parsePackageLock } from '@dema/debian';
import { createFetcher, type Fetcher } from '@dema/fetch';
import { openStore, removeFolder } from '@dema/store';
import {
  createSigningKey,
  debianMirrorRoutes,
  type FakeDeb,
  type SigningKey,
  startServer,
  type TestServer,
} from '@dema/testkit';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { readBaseLock } from './base-lock.ts';
import { type LockChange, planLock } from './update-lock.ts';

const OLD: FakeDeb[] = [
  { name: 'expat', version: '2.9-1', fields: { Depends: 'libc6' } },
  { name: 'expat-data', version: '2.9-1', fields: { Source: 'expat' } },
  { name: 'libc6', version: '2.41-1' },
  { name: 'tool', version: '1' },
];

let key: SigningKey;
let root: string;
let server: TestServer;
let fetcher: Fetcher;
let lockFile: string;

beforeAll(async () => {
  key = await createSigningKey();
});

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-update-lock-'));
  server = await startServer();
  fetcher = createFetcher({ store: await openStore(join(root, 'store')), env: {}, retry: { retries: 0 } });
  lockFile = join(root, 'run.lock.json');
  await serve(OLD, '2026-11-01');
});

afterEach(async () => {
  await server.close();
  await fetcher.close();
  await removeFolder(root);
});

/** Packages for both architectures. */
async function serve(debs: FakeDeb[], day: string): Promise<void> {
  const date = new Date(`${day}T00:00:00Z`);
  const all = debs.map((deb) => ({ ...deb, architecture: 'all' }));
  server.routes = await debianMirrorRoutes(all, {
    key,
    dates: { trixie: date, 'trixie-updates': date, 'trixie-security': date },
  });
}

async function update(
  security = false,
  packages = ['expat', 'expat-data', 'tool'],
  allowRemoval = false,
): Promise<LockChange[]> {
  const mirror = { archive: `${server.url}/debian`, security: `${server.url}/debian-security`, headersFor: () => ({}) };
  const store = await openStore(join(root, 'store'));
  const archive = openDebianArchive({ mirror, fetcher, store, keys: [key.publicKey] });
  const { changes, write } = await planLock({ lockFile, packages, exclude: [] }, { archive, security, allowRemoval });
  await write();
  return changes;
}

async function locked(): Promise<string[]> {
  return parsePackageLock(await readFile(lockFile, 'utf8'), lockFile).architectures.arm64.map(
    (pkg) => `${pkg.name} ${pkg.version}`,
  );
}

function changelog(text: string): TarEntry[] {
  const bytes = gzipSync(text);
  const path = 'usr/share/doc/expat/changelog.Debian.gz';
  return [{ path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: bytes.length, body: () => [bytes] }];
}

const NEW: FakeDeb[] = [
  {
    name: 'expat',
    version: '2.9-2',
    suite: 'trixie-security',
    fields: { Depends: 'libc6, libnew' },
    files: changelog('expat (2.9-2) x\n\n  * CVE-2026-12345\n\nexpat (2.9-1) x\n\n  * CVE-2025-1111\n'),
  },
  { name: 'expat-data', version: '2.9-2', suite: 'trixie-security', fields: { Source: 'expat' } },
  { name: 'libnew', version: '1' },
  { name: 'tool', version: '2' },
];

test('a lock is made, and left alone while nothing is newer', async () => {
  expect((await update()).map(({ name, before, after }) => `${name} ${before} ${after}`)).toEqual([
    'expat undefined 2.9-1',
    'expat-data undefined 2.9-1',
    'libc6 undefined 2.41-1',
    'tool undefined 1',
  ]);
  const text = await readFile(lockFile, 'utf8');
  await serve(OLD, '2026-11-02');
  expect(await update()).toEqual([]);
  expect(await readFile(lockFile, 'utf8')).toBe(text);
});

test('a lock that cannot be written is named', async () => {
  await mkdir(`${lockFile}.new`);
  await expect(update()).rejects.toMatchObject({
    code: 'BUILDER_LOCK_UNWRITABLE',
    problem: `${lockFile} cannot be written: it is a folder.`,
  });
});

test('an update names what changed and what that mends', async () => {
  await update();
  await serve([...OLD, ...NEW], '2026-11-02');
  expect(await update()).toEqual([
    { name: 'expat', architectures: ['amd64', 'arm64'], before: '2.9-1', after: '2.9-2', fixes: ['CVE-2026-12345'] },
    { name: 'expat-data', architectures: ['amd64', 'arm64'], before: '2.9-1', after: '2.9-2', fixes: [] },
    { name: 'libnew', architectures: ['amd64', 'arm64'], before: undefined, after: '1', fixes: [] },
    { name: 'tool', architectures: ['amd64', 'arm64'], before: '1', after: '2', fixes: [] },
  ]);
  expect(await locked()).toEqual(['expat 2.9-2', 'expat-data 2.9-2', 'libc6 2.41-1', 'libnew 1', 'tool 2']);
});

test('for security alone, what mends nothing stays', async () => {
  await update();
  await serve([...OLD, ...NEW], '2026-11-02');
  expect((await update(true)).map(({ name }) => name)).toEqual(['expat', 'expat-data', 'libnew']);
  expect(await locked()).toEqual(['expat 2.9-2', 'expat-data 2.9-2', 'libc6 2.41-1', 'libnew 1', 'tool 1']);
});

test('a point release mends too: what a changelog says counts wherever the package lies', async () => {
  await update();
  await serve([...OLD, ...NEW.map((deb): FakeDeb => ({ ...deb, suite: 'trixie' }))], '2026-11-02');
  expect((await update(true)).map(({ name }) => name)).toEqual(['expat', 'expat-data', 'libnew']);
});

test('a mirror that is behind the lock is refused', async () => {
  await update();
  await removeFolder(join(root, 'store'));
  await serve([...OLD, ...NEW], '2026-10-01');
  await expect(update()).rejects.toMatchObject({ code: 'DEBIAN_INDEX_OLDER' });
});

test('a lock is of the list that it was made of, until it is brought up to date', async () => {
  await update();
  const shorter = { lockFile, packages: ['expat', 'expat-data'], exclude: [] };
  await expect(readBaseLock(shorter)).rejects.toMatchObject({
    code: 'BUILDER_LOCK_STALE',
    problem: expect.stringContaining('it was made with tool, which is named no more.'),
  });
  await update(true, shorter.packages);
  await expect(readBaseLock(shorter)).rejects.toMatchObject({ code: 'BUILDER_LOCK_STALE' });
  await update(false, shorter.packages, true);
  expect((await readBaseLock(shorter)).architectures.amd64.map(({ name }) => name)).not.toContain('tool');
});

test('a name that another package needs leaves the list without a change of the packages', async () => {
  await update(false, ['expat', 'libc6']);
  const shorter = { lockFile, packages: ['expat'], exclude: [] };
  await expect(readBaseLock(shorter)).rejects.toMatchObject({ code: 'BUILDER_LOCK_STALE' });
  expect(await update(false, ['expat'])).toEqual([]);
  expect((await readBaseLock(shorter)).wanted?.packages).toEqual(['expat']);
});

test('a package that something may stand on is not taken away, unless that is wanted', async () => {
  await update();
  await expect(update(false, ['expat'])).rejects.toMatchObject({
    code: 'BUILDER_PACKAGES_REMOVED',
    problem: expect.stringContaining('expat-data, tool'),
  });
  expect(await locked()).toContain('tool 1');
  const changes = await update(false, ['expat'], true);
  expect(changes.map(({ name, after }) => `${name} ${after}`)).toEqual(['expat-data undefined', 'tool undefined']);
  expect(await locked()).not.toContain('tool 1');
});
