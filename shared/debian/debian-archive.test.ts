import { createHash } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFetcher, type Fetcher } from '@dema/fetch';
import { openStore, removeFolder, type Store } from '@dema/store';
import {
  content,
  createSigningKey,
  debFilename,
  debianMirrorRoutes,
  type FakeDeb,
  type FakeMirrorOptions,
  type SigningKey,
  startServer,
  type TestServer,
} from '@dema/testkit';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type DebianArchive, type DebianArchiveOptions, fetchLocked, openDebianArchive, pickLocked } from './index.ts';

const DEBS: FakeDeb[] = [
  { name: 'tool', version: '1.0-1', fields: { Depends: 'lib' }, files: { 'usr/bin/tool': 'one' } },
  { name: 'tool', version: '1.0-1+deb13u1', suite: 'trixie-security', files: { 'usr/bin/tool': 'two' } },
  { name: 'data', version: '2', architecture: 'all', suite: 'trixie-updates' },
];

let key: SigningKey;
let root: string;
let store: Store;
let fetcher: Fetcher;
let server: TestServer;

beforeAll(async () => {
  key = await createSigningKey();
});

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'debian-'));
  store = await openStore(root);
  fetcher = createFetcher({ store, env: {}, retry: { retries: 0 } });
  server = await startServer();
});

afterEach(async () => {
  await server.close();
  await fetcher.close();
  await removeFolder(root);
});

async function serve(options: Partial<FakeMirrorOptions> = {}, debs = DEBS): Promise<void> {
  server.routes = await debianMirrorRoutes(debs, { key, ...options });
}

function open(options: Partial<DebianArchiveOptions> = {}): DebianArchive {
  const mirror = {
    archive: `${server.url}/debian`,
    security: `${server.url}/debian-security`,
    headersFor: () => ({ 'x-reader': 'me' }),
  };
  return openDebianArchive({ mirror, fetcher, store, keys: [key.publicKey], ...options });
}

test('packages of all suites are found, with what their architecture shares', async () => {
  await serve();
  const index = await open().packages('amd64');
  expect(index.find('tool').map(({ version }) => version)).toEqual(['1.0-1+deb13u1', '1.0-1']);
  expect(index.find('tool')[1]).toMatchObject({
    depends: 'lib',
    filename: debFilename({ name: 'tool', version: '1.0-1' }),
  });
  expect(index.date).toEqual(new Date('2026-11-24T02:12:15Z'));
  expect((await open().packages('arm64')).find('data')).toHaveLength(1);
  expect((await open().packages('arm64')).find('tool')).toEqual([]);
  expect(server.requests.every(({ headers }) => headers['x-reader'] === 'me')).toBe(true);
});

test('an index is downloaded and parsed once, and then kept', async () => {
  await serve();
  const first = await open().packages('amd64');
  server.routes = Object.fromEntries(Object.entries(server.routes).filter(([path]) => path.endsWith('InRelease')));
  const again = await open().packages('amd64');
  expect(again.find('tool')).toEqual(first.find('tool'));
  expect(server.requests.filter(({ path }) => path.includes('by-hash'))).toHaveLength(3);
});

test('a package comes from the archive that it is in, verified', async () => {
  await serve();
  const archive = open();
  const index = await archive.packages('amd64');
  const [secure, plain] = index.find('tool');
  if (!secure || !plain) throw new Error('not found');
  expect(await readFile(await archive.fetch(secure))).toHaveLength(secure.size);
  expect(server.requests.at(-1)?.path).toBe(`/debian-security/${secure.filename}`);
  server.routes[`/debian/${plain.filename}`] = content(Buffer.alloc(plain.size));
  await expect(archive.fetch(plain)).rejects.toMatchObject({ code: expect.stringMatching(/^FETCH_/) });
});

test('a package that the store has needs no mirror', async () => {
  await serve();
  const [pkg] = (await open().packages('amd64')).find('tool');
  if (!pkg) throw new Error('not found');
  const path = await open().fetch(pkg);
  const nowhere = open({ mirror: () => Promise.reject(new Error('no mirror')) });
  expect(await nowhere.fetch(pkg)).toBe(path);
});

test.each<[string, Partial<FakeMirrorOptions>]>([
  ['was changed after it was signed', { tamper: (text) => text.replace('Codename', 'Changes: x\nCodename') }],
  ['is not signed', { tamper: (text) => text.replace(/[\s\S]*?\n\n/, '').replace(/-----BEGIN[\s\S]*/, '') }],
])('a release file that %s is refused', async (_, options) => {
  await serve(options);
  const error = await open()
    .packages('amd64')
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'DEBIAN_SIGNATURE_INVALID', blame: 'platform' });
});

test('what stands around the signed text is not read', async () => {
  await serve({ tamper: (text) => `SHA256:\n ${'0'.repeat(64)} 1 main/binary-amd64/Packages.xz\n${text}` });
  expect((await open().packages('amd64')).find('tool')).toHaveLength(2);
});

test('a release file signed by a stranger is refused', async () => {
  await serve({ key: await createSigningKey() });
  await expect(open().packages('amd64')).rejects.toMatchObject({
    code: 'DEBIAN_SIGNATURE_INVALID',
    details: [expect.stringMatching(/^key [0-9a-f]{16}: /)],
  });
});

test('the keys of Debian 13 are the ones that count when none are given', async () => {
  await serve();
  await expect(open({ keys: undefined }).packages('amd64')).rejects.toMatchObject({ code: 'DEBIAN_SIGNATURE_INVALID' });
});

test('an expired suite is refused, for the mirror may hide updates', async () => {
  const yesterday = new Date(Date.now() - 86_400_000);
  await serve({ release: { 'trixie-security': `Valid-Until: ${yesterday.toUTCString()}\n` } });
  await expect(open().packages('amd64')).rejects.toMatchObject({
    code: 'DEBIAN_RELEASE_EXPIRED',
    problem: expect.stringContaining(`${server.url}/debian-security/dists/trixie-security/InRelease`),
  });
  await serve({ release: { 'trixie-security': `Valid-Until: ${new Date(Date.now() + 86_400_000).toUTCString()}\n` } });
  expect((await open().packages('amd64')).find('tool')).toHaveLength(2);
});

test('an expired suite is read where that is allowed', async () => {
  await serve({ release: { 'trixie-security': `Valid-Until: ${new Date(0).toUTCString()}\n` } });
  expect((await open({ allowExpired: true }).packages('amd64')).find('tool')).toHaveLength(2);
});

test('a suite that is older than the one seen before is refused, though it bears no date of expiry', async () => {
  await serve();
  await open().packages('amd64');
  await serve({ dates: { trixie: new Date('2026-11-20T00:00:00Z') } });
  await expect(open().packages('amd64')).rejects.toMatchObject({
    code: 'DEBIAN_RELEASE_OLDER',
    problem: expect.stringMatching(/dists\/trixie\/InRelease is of 2026-11-20T.* and one of 2026-11-24T/),
  });
  await serve({ dates: { trixie: new Date('2026-11-25T00:00:00Z') } });
  expect((await open().packages('amd64')).date).toEqual(new Date('2026-11-25T00:00:00Z'));
});

test.each(['rsa', 'ed25519'] as const)('a signature of a key of the kind %s', async (type) => {
  const own = await createSigningKey(type);
  await serve({ key: own });
  expect((await open({ keys: [own.publicKey] }).packages('amd64')).find('tool')).toHaveLength(2);
  await serve({ key: own, tamper: (text) => text.replace('Codename: trixie', 'Codename: trixiE') });
  await expect(open({ keys: [own.publicKey] }).packages('amd64')).rejects.toMatchObject({
    code: 'DEBIAN_SIGNATURE_INVALID',
  });
});

test('one good signature beside one of a stranger is enough, as when the archive changes its key', async () => {
  await serve();
  const keys = [(await createSigningKey()).publicKey, key.publicKey];
  expect((await open({ keys }).packages('amd64')).find('tool')).toHaveLength(2);
});

test('a signature that a clock of this machine has not reached is refused', async () => {
  await serve();
  const now = () => new Date(Date.now() - 30 * 86_400_000);
  await expect(open({ now }).packages('amd64')).rejects.toMatchObject({ code: 'DEBIAN_SIGNATURE_INVALID' });
});

test('a release file of another suite is refused, though its signature is good', async () => {
  await serve();
  const [old, wanted] = ['/debian/dists/trixie/InRelease', '/debian/dists/trixie-updates/InRelease'];
  server.routes = { ...server.routes, [wanted]: server.routes[old] ?? content('') };
  await expect(open().packages('amd64')).rejects.toMatchObject({ code: 'DEBIAN_RELEASE_INVALID' });
});

test('a mirror without the suite is refused with the name of the setting', async () => {
  await serve();
  delete server.routes['/debian-security/dists/trixie-security/InRelease'];
  await expect(open().packages('amd64')).rejects.toMatchObject({
    code: 'DEBIAN_RELEASE_MISSING',
    fix: expect.stringContaining('DEMA_DEBIAN_SECURITY_MIRROR'),
  });
});

test('an index that is signed but broken is refused', async () => {
  await serve();
  const broken = Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]);
  const sha256 = createHash('sha256').update(broken).digest('hex');
  const file = ` ${sha256} ${broken.length} main/binary-amd64/Packages.gz\n`;
  const text = `Codename: trixie\nDate: Tue, 24 Nov 2026 02:12:15 UTC\nSHA256:\n${file}`;
  server.routes['/debian/dists/trixie/InRelease'] = content(await key.sign(text));
  server.routes['/debian/dists/trixie/main/binary-amd64/Packages.gz'] = content(broken);
  await expect(open().packages('amd64')).rejects.toMatchObject({ code: 'DEBIAN_INDEX_INVALID' });
  await expect(open().packages('arm64')).rejects.toMatchObject({ code: 'DEBIAN_RELEASE_INVALID' });
});

test('a locked package is fetched without reading an index', async () => {
  await serve();
  const [, locked] = (await open().packages('amd64')).find('tool').map(pickLocked);
  if (!locked) throw new Error('not found');
  server.requests.length = 0;
  expect(await fetchLocked(open(), locked)).toMatchObject({ package: locked });
  expect(server.requests.map(({ path }) => path)).toEqual([`/debian/${locked.filename}`]);
});

test('a package that the mirror dropped gives way to the newest, unless it must not', async () => {
  await serve();
  const [newest, locked] = (await open().packages('amd64')).find('tool').map(pickLocked);
  if (!newest || !locked) throw new Error('not found');
  delete server.routes[`/debian/${locked.filename}`];
  await expect(fetchLocked(open(), locked, { locked: true })).rejects.toMatchObject({
    code: 'DEBIAN_PACKAGE_SUPERSEDED',
    problem: expect.stringContaining('1.0-1+deb13u1 has taken its place'),
  });
  expect(await fetchLocked(open(), locked)).toMatchObject({ package: newest, superseded: locked });
});

test('a mirror that only has an older one does not bring it back', async () => {
  await serve();
  const [, older] = (await open().packages('amd64')).find('tool').map(pickLocked);
  if (!older) throw new Error('not found');
  const filename = 'pool/main/t/tool/tool_9_amd64.deb';
  const locked = { ...older, version: '9', filename, sha256: '0'.repeat(64) };
  await expect(fetchLocked(open(), locked)).rejects.toMatchObject({
    code: 'DEBIAN_PACKAGE_SUPERSEDED',
    problem: expect.stringContaining('nor another version of it'),
  });
});

test('an index from before the lock says nothing of what came after it', async () => {
  await serve();
  const [, locked] = (await open().packages('amd64')).find('tool').map(pickLocked);
  if (!locked) throw new Error('not found');
  delete server.routes[`/debian/${locked.filename}`];
  const notBefore = new Date('2026-11-25T00:00:00Z');
  await expect(fetchLocked(open(), locked, { notBefore })).rejects.toMatchObject({ code: 'DEBIAN_INDEX_OLDER' });
});

test('a package that is gone altogether is a fault', async () => {
  await serve();
  const filename = 'pool/main/g/gone/gone_1_amd64.deb';
  const locked = { name: 'gone', version: '1', architecture: 'amd64', filename, size: 1, sha256: '0'.repeat(64) };
  await expect(fetchLocked(open(), locked)).rejects.toMatchObject({ code: 'DEBIAN_PACKAGE_SUPERSEDED' });
});
