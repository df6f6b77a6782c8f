import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzip, type TarEntry, writeTar } from '@dema/archive';
import { openStore, type Store } from '@dema/store';
import { npmRegistryRoutes, startServer, type TestServer } from '@dema/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NodePackage, readNodePackages } from './node-packages.ts';
import { placeNode } from './place-node.ts';

const VERSION = '24.0.0';
const FILES = { 'package/bin/node': '#!node', 'package/LICENSE': 'MIT', 'package/include/node.h': '' };

let root = '';
let downloads: Store;
let server: TestServer;
let other: NodePackage;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-place-node-'));
  downloads = await openStore(join(root, 'store'));
  server = await startServer();
  const entries = Object.entries(FILES).map(([path, text]): TarEntry => {
    const body = Buffer.from(text);
    return { path, type: 'file', mode: 0o755, uid: 0, gid: 0, size: body.length, body: () => [body] };
  });
  const tarball = await buffer(gzip(writeTar(entries)));
  const digest = createHash('sha512').update(tarball).digest('hex');
  other = { name: 'node-of-other', version: VERSION, checksum: `sha512:${digest}` };
  server.routes = npmRegistryRoutes([{ name: other.name, version: VERSION, tarball }], server.url);
  env = { HOME: root, npm_config_registry: server.url };
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

test('the Node.js of another machine comes from the registry of npm, once, and is not run', async () => {
  const folders = [join(root, 'first'), join(root, 'second')];
  for (const folder of folders) await placeNode(other, folder, { downloads, env });
  expect((await readdir(join(root, 'second'), { recursive: true })).sort()).toEqual(['LICENSE', 'bin', 'bin/node']);
  expect(server.count(`/${other.name}/-/${other.name}-${VERSION}.tgz`)).toBe(1);
});

test('what has another checksum is refused', async () => {
  const forged: NodePackage = { ...other, checksum: `sha512:${'0'.repeat(128)}` };
  await expect(placeNode(forged, join(root, 'forged'), { downloads, env })).rejects.toMatchObject({
    code: 'DEPENDENCY_SOURCES_FAILED',
  });
});

test('that of this machine is the one that npm installed', async () => {
  const packages = await readNodePackages();
  const own = packages[process.arch === 'x64' ? 'amd64' : 'arm64'];
  expect(own.version).toBe(packages.amd64.version);
  await placeNode(own, join(root, 'own'), { downloads, env });
  const [placed, installed] = await Promise.all(
    [join(root, 'own/bin/node'), process.execPath].map((file) => readFile(file)),
  );
  expect(placed?.equals(installed ?? Buffer.of())).toBe(true);
});
