import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { redact } from '@dema/errors';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDebianMirror } from './index.ts';

let etc: string;

beforeEach(async () => {
  etc = await mkdtemp(join(tmpdir(), 'etc-'));
});

afterEach(() => rm(etc, { recursive: true }));

async function writeFiles(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(etc, 'apt', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

const DEBIAN = `Types: deb deb-src
# a comment
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://secure.example/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

test.each<{ name: string; files: Record<string, string>; archive: string; security: string }>([
  {
    name: 'deb822 sources',
    files: { 'sources.list.d/debian.sources': DEBIAN },
    archive: 'http://mirror.example/debian',
    security: 'http://secure.example/debian-security',
  },
  {
    name: 'one-line sources with options',
    files: {
      'sources.list': [
        '# deb http://off.example/debian trixie main',
        'deb-src http://source.example/debian trixie main',
        'deb [ arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg ] https://mirror.example/debian trixie main contrib # mine',
        'deb https://mirror.example/debian-security trixie-security main',
      ].join('\n'),
    },
    archive: 'https://mirror.example/debian',
    security: 'https://mirror.example/debian-security',
  },
  {
    name: 'a proxy repository under another path, without a security entry',
    files: { 'sources.list': 'deb https://repo.example/artifactory/debian-remote trixie main\n' },
    archive: 'https://repo.example/artifactory/debian-remote',
    security: 'https://repo.example/artifactory/debian-remote-security',
  },
  {
    name: 'all suites in one stanza, security at the same address',
    files: {
      'sources.list.d/all.sources':
        'Types: deb\nURIs: http://mirror.example/debian\nSuites: trixie trixie-updates trixie-security\nComponents: main\n',
    },
    archive: 'http://mirror.example/debian',
    security: 'http://mirror.example/debian-security',
  },
  {
    name: 'Debian among archives of others that call themselves debian and stable',
    files: {
      'sources.list': 'deb https://yarn.example/debian stable main\ndeb http://mirror.example/debian trixie main\n',
      'sources.list.d/docker.list': 'deb https://docker.example/linux/debian trixie stable\n',
      'sources.list.d/node.list':
        'deb [signed-by=/usr/share/keyrings/node.gpg] https://node.example/debian trixie main\n',
    },
    archive: 'http://mirror.example/debian',
    security: 'http://mirror.example/debian-security',
  },
  {
    name: 'a file that lists mirrors, as cloud images have it',
    files: {
      'sources.list.d/debian.sources': 'Types: deb\nURIs: mirror+file:MIRRORS\nSuites: trixie\nComponents: main\n',
      'mirrors/debian.list': '# best first\nhttps://near.example/debian\tpriority:1\nhttps://far.example/debian\n',
    },
    archive: 'https://near.example/debian',
    security: 'https://near.example/debian-security',
  },
])('the mirror is found in $name', async ({ files, archive, security }) => {
  const mirrors = join(etc, 'apt', 'mirrors', 'debian.list');
  const written = Object.entries(files).map(([path, text]) => [path, text.replace('MIRRORS', mirrors)]);
  await writeFiles(Object.fromEntries(written));
  expect(await findDebianMirror({}, { etc })).toMatchObject({ archive, security });
});

test.each([
  ['no sources at all', {}],
  ['Ubuntu', { 'sources.list': 'deb http://mirror.example/ubuntu noble main universe\n' }],
  [
    'a disabled entry',
    { 'sources.list.d/debian.sources': `${DEBIAN.replace('Types', 'Enabled: no\nTypes').split('\n\n')[0]}\n` },
  ],
  ['a file that apt does not read', { 'sources.list.d/debian.sources.off': DEBIAN }],
  ['a compact disc', { 'sources.list': 'deb cdrom:[Debian]/ trixie main\n' }],
  ['only archives of others', { 'sources.list': 'deb https://cloud.example/apt cloud-sdk-bookworm main\n' }],
])('with %s the fault names the setting', async (_, files) => {
  await writeFiles(files);
  const finding = findDebianMirror({}, { etc });
  await expect(finding).rejects.toMatchObject({
    code: 'DEBIAN_MIRROR_MISSING',
    fix: expect.stringContaining('DEMA_DEBIAN_MIRROR'),
  });
});

test.each(['mirror+file://host/mirrors.list', 'mirror+file:/%zz', 'mirror+file:'])('%s names nothing', async (uri) => {
  await writeFiles({ 'sources.list': `deb ${uri} trixie main\n` });
  await expect(findDebianMirror({}, { etc })).rejects.toMatchObject({ code: 'DEBIAN_MIRROR_MISSING' });
});

test('settings go before what the machine has', async () => {
  await writeFiles({ 'sources.list.d/debian.sources': DEBIAN });
  const set = { DEMA_DEBIAN_MIRROR: 'https://set.example/debian/' };
  const derived = { archive: 'https://set.example/debian', security: 'https://set.example/debian-security' };
  expect(await findDebianMirror(set, { etc })).toMatchObject(derived);
  const both = { ...set, DEMA_DEBIAN_SECURITY_MIRROR: 'https://set.example/sec' };
  expect(await findDebianMirror(both, { etc })).toMatchObject({ ...derived, security: 'https://set.example/sec' });
});

test('a setting that is no address is refused', async () => {
  const finding = findDebianMirror({ DEMA_DEBIAN_MIRROR: 'mirror.example/debian' }, { etc });
  await expect(finding).rejects.toMatchObject({ code: 'DEBIAN_MIRROR_INVALID', blame: 'user' });
});

test("apt's proxy is taken, but not for a host that is to be reached directly", async () => {
  await writeFiles({
    'sources.list.d/debian.sources': DEBIAN,
    'apt.conf.d/80proxy': 'Acquire::http::Proxy "http://proxy.example:3128";\n',
  });
  const proxied = await findDebianMirror({}, { etc });
  expect(proxied.proxy).toEqual({ http: 'http://proxy.example:3128', https: 'http://proxy.example:3128' });
  await writeFiles({ 'apt.conf': 'Acquire { http { Proxy::mirror.example "DIRECT"; }; https::Proxy "DIRECT"; };' });
  expect((await findDebianMirror({}, { etc })).proxy).toBeUndefined();
});

test("apt's credentials go to the hosts that they are for, and never into a log", async () => {
  await writeFiles({
    'sources.list': 'deb https://repo.example/debian trixie main\n',
    'auth.conf.d/repo.conf': '# ours\nmachine repo.example/debian\nlogin reader\npassword geheim1\n',
  });
  const { headersFor } = await findDebianMirror({}, { etc });
  const authorization = `Basic ${Buffer.from('reader:geheim1').toString('base64')}`;
  expect(headersFor('https://repo.example/debian/dists/trixie/InRelease')).toEqual({ authorization });
  expect(headersFor('https://repo.example/debian-other/x')).toEqual({});
  expect(headersFor('http://repo.example/debian/x')).toEqual({});
  expect(headersFor('https://other.example/debian/x')).toEqual({});
  expect(redact(`sent geheim1 and ${authorization}`)).toBe('sent *** and Basic ***');
});

test('credentials in an address become a header', async () => {
  const env = { DEMA_DEBIAN_MIRROR: 'http://reader:p%40ss-word@repo.example:8081/debian' };
  const mirror = await findDebianMirror(env, { etc });
  expect(mirror.archive).toBe('http://repo.example:8081/debian');
  const authorization = `Basic ${Buffer.from('reader:p@ss-word').toString('base64')}`;
  expect(mirror.headersFor(`${mirror.archive}/pool/x.deb`)).toEqual({ authorization });
  expect(mirror.headersFor(`${mirror.security}/pool/x.deb`)).toEqual({ authorization });
});

test('what was found here can be handed on as a file, with what it takes to get in', async () => {
  const host = await findDebianMirror({ DEMA_DEBIAN_MIRROR: 'https://me:let-me-in@mirror.example/debian' }, { etc });
  const file = join(etc, 'debian-mirror.json');
  await writeFile(file, host.render());
  const inside = await findDebianMirror({ DEMA_DEBIAN_MIRROR_FILE: file }, { etc: join(etc, 'none') });
  expect(inside).toMatchObject({ archive: 'https://mirror.example/debian', security: `${host.archive}-security` });
  const url = `${inside.archive}/pool/main/x.deb`;
  expect(inside.headersFor(url)).toEqual(host.headersFor(url));
  expect(redact(inside.render())).not.toContain('let-me-in');
});

test('credentials for others are not handed on', async () => {
  await writeFiles({
    'sources.list': 'deb https://mirror.example/debian trixie main\n',
    'auth.conf': 'machine other.example login me password of-another\n',
  });
  expect((await findDebianMirror({}, { etc })).render()).not.toContain('of-another');
});

test('credentials in an address that are not percent-encoded are taken as they stand', async () => {
  const mirror = await findDebianMirror({ DEMA_DEBIAN_MIRROR: 'http://50%off:p%zz@repo.example/debian' }, { etc });
  const authorization = `Basic ${Buffer.from('50%off:p%zz').toString('base64')}`;
  expect(mirror.headersFor(`${mirror.archive}/x`)).toEqual({ authorization });
});
