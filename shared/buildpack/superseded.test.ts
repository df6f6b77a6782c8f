import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderLock } from '@dema/dependencies';
import { exec } from '@dema/exec';
import {
  createSigningKey,
  debFilename,
  debianMirrorRoutes,
  type FakeDeb,
  makeDeb,
  startServer,
  type TestServer,
  writeFiles,
} from '@dema/testkit';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { packageBuildpack } from './index.ts';

const OLD: FakeDeb = { name: 'tool', version: '1.0-1', files: { 'usr/share/tool/version': 'old' } };
const NEW: FakeDeb = { name: 'tool', version: '1.1-1+deb13u1', files: { 'usr/share/tool/version': 'new' } };

const INDEX = `import { defineBuildpack, found } from '@dema/buildpack';
export default defineBuildpack({
  settings: {},
  inspect: async () => found('always', {}),
  async build({ dependencies, layer }) {
    const tool = await dependencies.resolve('tool');
    await layer('tool', { launch: true, key: tool }, (folder) => tool.unpack(folder));
  },
});
`;

let root: string;
let packaged: string;
let server: TestServer;
let env: Record<string, string>;
let tool: Parameters<typeof renderLock>[0][string][number];

/** A mirror that has given up the pinned package for a newer one, and a packaged buildpack that names the old one. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'dema-superseded-'));
  const key = await createSigningKey();
  server = await startServer(await debianMirrorRoutes([NEW], { key }));
  const deb = await makeDeb(OLD);
  const sha256 = createHash('sha256').update(deb).digest('hex');
  const pinned = { name: 'tool', version: OLD.version, architecture: 'amd64', filename: debFilename(OLD) };
  const packages = [{ ...pinned, size: deb.length, sha256 }];
  const uri = `pkg:deb/debian/tool@${OLD.version}?arch=amd64`;
  const sources = [{ uri, checksum: `sha256:${sha256}` as const, packages }];
  tool = {
    id: 'tool',
    name: 'Tool',
    version: '1.0.0',
    architecture: 'amd64',
    sources,
    purl: `${uri}&distro=debian-13`,
  };
  await writeFiles(join(root, 'source'), {
    'buildpack.toml':
      'api = "0.10"\n[buildpack]\nid = "example/tool"\nversion = "1.0.0"\n[metadata.default-versions]\ntool = "1"\n',
    'index.ts': INDEX,
    'dependencies.json': JSON.stringify({ dependencies: [tool] }),
    keys: key.publicKey,
  });
  packaged = join(root, 'packaged');
  await packageBuildpack(join(root, 'source'), packaged);
  env = {
    PATH: '/usr/bin:/bin',
    HOME: root,
    CNB_BUILDPACK_DIR: packaged,
    CNB_TARGET_ARCH: 'amd64',
    DEMA_DEBIAN_MIRROR: `${server.url}/debian`,
    DEMA_DEBIAN_KEYS: join(root, 'source/keys'),
  };
}, 30_000);

afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

let layers: string;

beforeEach(async () => {
  layers = await mkdtemp(join(root, 'layers-'));
  await mkdir(join(layers, 'app'));
  await writeFile(join(layers, 'plan'), '');
});

function build(more: Record<string, string> = {}) {
  const own = {
    CNB_LAYERS_DIR: layers,
    CNB_BP_PLAN_PATH: join(layers, 'plan'),
    DEMA_RESOLVED_FILE: join(layers, 'resolved.json'),
  };
  return exec(process.execPath, [join(packaged, 'main.mjs'), 'build'], {
    cwd: join(layers, 'app'),
    env: { ...env, ...own, ...more },
  });
}

test('a superseded package gives way to the newest of the signed index, said in log, SBOM and lock', async () => {
  const { code, stdout } = await build();
  expect(code, stdout).toBe(0);
  expect(stdout).toContain(
    'warning: tool 1.0-1 is gone from the Debian mirror: taking 1.1-1+deb13u1, the newest of its line',
  );
  expect(await readFile(join(layers, 'tool/share/tool/version'), 'utf8')).toBe('new');
  const sbom = JSON.parse(await readFile(join(layers, 'tool.sbom.cdx.json'), 'utf8'));
  const purls = sbom.components.map(({ purl }: { purl: string }) => purl);
  expect(purls.join()).toContain('tool@1.1-1%2Bdeb13u1');
  expect(purls.join()).not.toContain('tool@1.0-1');
  const { dependencies } = JSON.parse(await readFile(join(layers, 'resolved.json'), 'utf8'));
  expect(dependencies[0]).toMatchObject({ version: '1.1.0', sources: [{ packages: [{ version: '1.1-1+deb13u1' }] }] });
});

test('where only what is locked may be installed, it is refused', async () => {
  await writeFile(join(layers, 'app/dema.lock.json'), renderLock({ 'example/tool': [tool] }));
  const { code, stdout } = await build({ BP_DEPENDENCY_LOCKED: 'true' });
  expect(code).not.toBe(0);
  expect(stdout).toContain('DEPENDENCY_SOURCES_FAILED');
  expect(stdout).toContain('1.1-1+deb13u1 has taken its place');
});

test('an index that nobody trusted signed is not believed', async () => {
  const { stdout } = await build({ DEMA_DEBIAN_KEYS: '' });
  expect(stdout).toContain('carries no good signature');
  expect(stdout).not.toContain('BUILDPACK_INTERNAL_ERROR');
});
