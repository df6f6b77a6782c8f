import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseInventory } from '@dema/dependencies';
import { openStore } from '@dema/store';
import {
  createSigningKey,
  debianMirrorRoutes,
  type FakeDeb,
  startServer,
  type TestServer,
  writeFiles,
} from '@dema/testkit';
import { beforeEach, expect, test } from 'vitest';
import { findOutdated } from './find-outdated.ts';
import { withRegistries } from './registries.ts';
import { updateInventory } from './update-inventory.ts';
import { openWorkplace, type Workplace } from './workplace.ts';

const LIST = JSON.stringify({ name: 'Tool', packages: { tool: 'the tool' }, exclude: { docs: 'nobody reads them' } });
const key = await createSigningKey();

let root: string;
let folder: string;
let server: TestServer;
let env: NodeJS.ProcessEnv;
let workplace: Workplace;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-update-'));
  folder = join(root, 'buildpack');
  await mkdir(folder);
  await writeFiles(root, { 'buildpack/tool.packages.json': LIST, keys: key.publicKey });
  server = await startServer({});
  env = {
    HOME: root,
    DEMA_CACHE: join(root, 'cache'),
    XDG_DATA_HOME: join(root, 'data'),
    DEMA_DEBIAN_MIRROR: `${server.url}/debian`,
    DEMA_DEBIAN_KEYS: join(root, 'keys'),
    NPM_CONFIG_REGISTRY: server.url,
  };
  workplace = await openWorkplace(env);
  return async () => {
    await server.close();
    await rm(root, { recursive: true });
  };
});

/** The state of the archive: these versions of the tool and of its library, for both architectures. */
async function serve(tool: string, library: string): Promise<void> {
  const debs = ['amd64', 'arm64'].flatMap((architecture): FakeDeb[] => [
    {
      name: 'tool',
      version: tool,
      architecture,
      fields: { Depends: 'libtool1, docs, libc6' },
      files: { 'usr/bin/t': tool },
    },
    { name: 'libtool1', version: library, architecture, files: { 'usr/lib/l': library } },
  ]);
  server.routes = await debianMirrorRoutes(debs, { key });
}

async function update(download = true): Promise<{ changes: object[]; lines: string[] }> {
  const lines: string[] = [];
  const options = { env, download, onLine: (line: string) => lines.push(line) };
  const changes = await withRegistries(workplace, env, (registries) =>
    updateInventory(folder, { ...registries, ...options }),
  );
  return { changes, lines };
}

async function readDependencies() {
  const file = join(folder, 'dependencies.json');
  return parseInventory(JSON.parse(await readFile(file, 'utf8')), file);
}

test('a list of Debian packages becomes pinned dependencies, without what the build image has', async () => {
  await serve('1.0-1', '1-1');
  const { changes, lines } = await update();
  expect(changes).toEqual([{ id: 'tool', name: 'Tool', added: ['1.0.0'], removed: [], changed: [] }]);
  expect(lines).toEqual(['verified Tool 1.0.0 (amd64)', 'verified Tool 1.0.0 (arm64)']);
  const dependencies = await readDependencies();
  expect(dependencies.map(({ version, architecture }) => [version, architecture])).toEqual([
    ['1.0.0', 'amd64'],
    ['1.0.0', 'arm64'],
  ]);
  expect(dependencies[0]?.sources[0]?.packages?.map(({ name }) => name)).toEqual(['libtool1', 'tool']);
  expect(await update()).toEqual({ changes: [], lines: [] });
});

test('an update of a library is a change, and outdated tells of it before', async () => {
  await serve('1.0-1', '1-1');
  await update();
  await serve('1.0-1', '1-2');
  workplace = { ...workplace, downloads: await openStore(join(root, 'other')) };
  const before = await readDependencies();
  const outdated = await withRegistries(workplace, env, (registries) => findOutdated(before, registries));
  expect(outdated).toMatchObject([
    { id: 'tool', architecture: 'amd64', version: '1.0.0', newer: 'libtool1 1-2', source: 'deb' },
    { architecture: 'arm64' },
  ]);
  expect((await update()).changes).toEqual([{ id: 'tool', name: 'Tool', added: [], removed: [], changed: ['1.0.0'] }]);
});

test('what nobody has downloaded is marked, until it is', async () => {
  await serve('1.0-1', '1-1');
  await update(false);
  const marks = async () => (await readDependencies()).map(({ sources }) => sources[0]?.verified);
  expect(await marks()).toEqual([false, false]);
  delete server.routes['/debian/pool/main/t/tool/tool_1.0-1_arm64.deb'];
  const { lines } = await update();
  expect(lines[0]).toBe('verified Tool 1.0.0 (amd64)');
  expect(lines[1]).toMatch(/^not verified: Tool 1\.0\.0 \(arm64\): /);
  expect(await marks()).toEqual([undefined, false]);
});

test('outdated asks npm line by line', async () => {
  const versions = ['24.1.0', '24.2.0', '26.1.0', '27.0.0'].map((version) => [version, {}]);
  const packument = JSON.stringify({ versions: Object.fromEntries(versions) });
  server.routes = { '/node-x64': (_, response) => void response.end(packument) };
  const node = (version: string) => ({
    id: 'node',
    name: 'Node.js',
    version,
    architecture: 'amd64' as const,
    sources: [{ uri: `pkg:npm/node-x64@${version}`, checksum: `sha256:${'a'.repeat(64)}` as const }],
    purl: `pkg:generic/node@${version}`,
  });
  const offered = [node('24.0.0'), node('24.1.0'), node('26.1.0')];
  expect(await withRegistries(workplace, env, (registries) => findOutdated(offered, registries))).toEqual([
    { id: 'node', name: 'Node.js', architecture: 'amd64', version: '24.1.0', newer: '24.2.0', source: 'npm' },
  ]);
});
