import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleLaunchHelpers, bundlePrograms } from '@dema/buildpack';
import { parseBuildpackToml, renderToml } from '@dema/spec';
import type { HarnessOptions } from './buildpack-harness.ts';
import { describeFakeDependency, packFiles } from './fake-dependency.ts';
import { npmRegistryRoutes } from './npm-registry.ts';
import type { TestServer } from './test-server.ts';
import { type Files, writeFiles } from './write-files.ts';

/** Stands for what launch helpers run on; nothing of it is started. */
const HELPER_RUNTIME: Files = {
  busybox: '#!busybox',
  qjs: '#!qjs',
  'ld-linux-x86-64.so.2': '#!loader',
  'packages.json': JSON.stringify([{ name: 'quickjs', version: '2025.04.26-1', architecture: 'amd64', sha256: 'ab' }]),
};

/** Lays out the folders of a harness: the app, and the buildpack with an inventory of what the server has. */
export async function fillHarness(root: string, server: TestServer, options: HarnessOptions): Promise<void> {
  const { app = {}, folder } = options;
  const [appDir = '', buildpackDir = ''] = ['app', 'buildpack', 'layers'].map((name) => join(root, name));
  for (const name of ['app', 'buildpack', 'layers']) await mkdir(join(root, name));
  await writeFiles(join(root, 'runtime'), HELPER_RUNTIME);
  await serveDependencies(server, buildpackDir, options);
  await writePrograms(buildpackDir, folder);
  if (typeof app === 'string') await cp(app, appDir, { recursive: true, verbatimSymlinks: true });
  else await writeFiles(appDir, app);
}

async function serveDependencies(server: TestServer, buildpackDir: string, options: HarnessOptions): Promise<void> {
  const { dependencies = [], folder } = options;
  const packed = await Promise.all(dependencies.map(async (one) => ({ ...one, tarball: await packFiles(one.files) })));
  server.routes = npmRegistryRoutes(
    packed.map(({ id, version, tarball }) => ({ name: id, version, tarball })),
    server.url,
  );
  const descriptor = {
    api: '0.10',
    buildpack: { id: 'example/tested', version: '1.0.0' },
    metadata: {
      'default-versions': { ...(folder && (await readDefaultVersions(folder))), ...options.defaultVersions },
      dependencies: packed.map((one) => describeFakeDependency(one, one.tarball)),
    },
  };
  await writeFile(join(buildpackDir, 'buildpack.toml'), renderToml(descriptor));
}

async function readDefaultVersions(folder: string): Promise<object> {
  const file = join(folder, 'buildpack.toml');
  const versions = parseBuildpackToml(await readFile(file, 'utf8'), file).metadata['default-versions'];
  return typeof versions === 'object' && versions !== null ? versions : {};
}

async function writePrograms(buildpackDir: string, source: string | undefined): Promise<void> {
  const programs =
    source === undefined ? [] : [...(await bundlePrograms(source)), ...(await bundleLaunchHelpers(source))];
  const files = programs.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]);
  await writeFiles(buildpackDir, Object.fromEntries(files));
}
