import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type TarEntry, writeTar } from '@dema/archive';
import type { Dependency } from '@dema/dependencies';
import { adoptDownload } from '@dema/fetch';
import { openBindings } from '@dema/spec';
import { openStore } from '@dema/store';
import {
  content,
  createCertificateAuthority,
  flaky,
  startProxy,
  startServer,
  truncated,
  writeFiles,
} from '@dema/testkit';
import { beforeEach, expect, test } from 'vitest';
import { BINDING_FILES } from './binding-files.ts';
import { createDependencySource } from './dependency-source.ts';
import { createLog } from './log.ts';
import { openNetwork } from './network.ts';

let folder: string;
let lines: string[];

beforeEach(async () => {
  lines = [];
  folder = await mkdtemp(join(tmpdir(), 'dema-source-'));
  return () => rm(folder, { recursive: true });
});

async function packTool(): Promise<Buffer> {
  const entry: TarEntry = {
    path: 'x.txt',
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: 1,
    body: () => [Buffer.from('x')],
  };
  return gzipSync(await buffer(Readable.from(writeTar([entry]))));
}

function hashOf(archive: Buffer, name: string): string {
  return createHash(name).update(archive).digest('hex');
}

function toolFrom(uri: string, archive: Buffer): Dependency {
  const sources = [{ uri, checksum: `sha512:${hashOf(archive, 'sha512')}` as const }];
  return { id: 'tool', name: 'Tool', version: '1.0.0', purl: 'pkg:generic/tool@1.0.0', sources };
}

async function unpack(
  tool: Dependency,
  env: Record<string, string>,
  to = 'unpacked',
  locked: Dependency[] = [],
): Promise<string> {
  const source = createDependencySource({
    architecture: 'amd64',
    isLocked: false,
    readLock: async () => ({ dependencies: locked, isStrict: false }),
    env: { HOME: folder, PATH: '', ...env },
    bindings: openBindings({ env, platformDir: folder, files: BINDING_FILES }),
    network: openNetwork({ env: () => env }),
    log: createLog((line) => lines.push(line.trim())),
  });
  await source.unpack(tool, join(folder, to)).finally(source.close);
  return readFile(join(folder, to, 'x.txt'), 'utf8');
}

test('what the platform holds already needs neither a network nor the address of a registry', async () => {
  const archive = await packTool();
  await writeFile(join(folder, 'archive'), archive);
  const store = await openStore(join(folder, 'store'));
  await adoptDownload(store, join(folder, 'archive'), `sha256:${hashOf(archive, 'sha256')}`);
  expect(await unpack(toolFrom('pkg:npm/tool@1.0.0', archive), { DEMA_STORE: store.root })).toBe('x');
  // A mirror is for what is not there.
  const env = { DEMA_STORE: store.root, BP_DEPENDENCY_MIRROR: 'https://mirror.invalid' };
  expect(await unpack(toolFrom('https://upstream.invalid/tool.tgz', archive), env, 'again')).toBe('x');
});

test('a mirror on another server or in a folder stands in for the host upstream, and the log says so', async () => {
  const archive = await packTool();
  const server = await startServer({ '/files/upstream.invalid/tool.tgz': content(archive) });
  const tool = toolFrom('https://upstream.invalid/tool.tgz', archive);
  expect(await unpack(tool, { BP_DEPENDENCY_MIRROR: `${server.url}/files/{originalHost}` })).toBe('x');
  await server.close();
  expect(lines).toEqual([`downloaded Tool 1.0.0, ${archive.length} bytes`, 'from the address in BP_DEPENDENCY_MIRROR']);
  await writeFile(join(folder, 'tool.tgz'), archive);
  expect(await unpack(tool, { BP_DEPENDENCY_MIRROR_UPSTREAM_INVALID: String(pathToFileURL(folder)) }, 'again')).toBe(
    'x',
  );
});

test('a binding names the address of an archive; the layer is the same', async () => {
  const archive = await packTool();
  const server = await startServer({ '/elsewhere': content(archive) });
  await writeFiles(join(folder, 'bindings/files'), {
    type: 'dependency-mapping',
    [`sha512_${hashOf(archive, 'sha512')}`]: `${server.url}/elsewhere\n`,
  });
  expect(await unpack(toolFrom('pkg:npm/tool@1.0.0', archive), {})).toBe('x');
  await server.close();
  expect(lines.at(-1)).toBe('from the address in the binding files');
});

test('a server that cuts every second answer serves a dependency in the end', async () => {
  const archive = await packTool();
  const server = await startServer({ '/tool.tgz': flaky(2, [truncated(archive, 10)], content(archive)) });
  expect(await unpack(toolFrom(`${server.url}/tool.tgz`, archive), {})).toBe('x');
  await server.close();
  expect(server.requests.length).toBe(2);
});

test("npm's own proxy and authority lead to its registry", async () => {
  const archive = await packTool();
  const authority = createCertificateAuthority();
  const registry = await startServer(
    { '/tool/-/tool-1.0.0.tgz': content(archive) },
    authority.issue(['registry.example']),
  );
  const proxy = await startProxy();
  const address = `https://registry.example:${new URL(registry.url).port}`;
  const npmrc = { registry: address, 'https-proxy': proxy.url, cafile: join(folder, 'ca.pem') };
  await writeFile(npmrc.cafile, authority.cert);
  await writeFile(
    join(folder, '.npmrc'),
    Object.entries(npmrc)
      .map((setting) => setting.join('='))
      .join('\n'),
  );
  expect(await unpack(toolFrom('pkg:npm/tool@1.0.0', archive), {})).toBe('x');
  await Promise.all([registry.close(), proxy.close()]);
  expect(proxy.seen).toEqual([`CONNECT ${new URL(address).host}`]);
});

test('without network the dependency that is missing is named, with its sources, and no server is asked', async () => {
  const server = await startServer({});
  const tool = toolFrom(`${server.url}/tool.tgz`, await packTool());
  await expect(unpack(tool, { DEMA_OFFLINE: 'true' })).rejects.toMatchObject({
    code: 'BUILDPACK_DEPENDENCY_NOT_KEPT',
    problem: 'Tool 1.0.0 is not in the store, and this build may not use the network.',
    details: [`${server.url}/tool.tgz`],
  });
  const named = [
    { ...tool, id: 'other', name: 'Other', version: '2.0.0' },
    { ...tool, id: 'foreign', architecture: 'arm64' as const },
  ];
  await expect(unpack(tool, { DEMA_OFFLINE: 'true' }, 'unpacked', [tool, ...named])).rejects.toMatchObject({
    problem: 'Tool 1.0.0, Other 2.0.0 are not in the store, and this build may not use the network.',
  });
  await server.close();
  expect(server.requests).toEqual([]);
});
