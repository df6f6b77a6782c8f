import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBuildImage, makeRunImage } from '@dema/builders';
import { openHostArchive } from '@dema/debian';
import { type Bubblewrap, makeBubblewrap, runInSandbox } from '@dema/engine';
import { findEnv, type Image, writeLayout } from '@dema/oci';
import {
  escapeId,
  PLATFORM_API,
  parseBuildpackToml,
  renderAnalyzedToml,
  renderOrderToml,
  renderRunToml,
} from '@dema/spec';
import { openStore } from '@dema/store';
import { TEST_CACHE } from '../whole/dema.ts';

/** What both engines are given, and what only ours can say: how the launcher and the run image are called. */
export interface Creation {
  app: string;
  /** Folders of buildpacks in their packaged form, the one group of the order. */
  buildpacks: string[];
  env?: Record<string, string>;
  /** Other folders, by where the build finds them. */
  mounts?: Record<string, string>;
  runImage: { reference: string; image: string };
  launcherVersion: string;
  /** Documents about the launcher, by their extensions. */
  launcherSbom: Record<string, string>;
}

/** Makes an image of an app with the official lifecycle, inside our build image. Gives the folder of its layout. */
export async function createWithLifecycle(root: string, program: string, creation: Creation): Promise<string> {
  const { bubblewrap, build, run } = await openBaseImages();
  const tree = await build.layers[0]?.tree();
  if (tree === undefined) throw new Error('a base image has a layer');
  const folders = await makeFolders(root);
  await cp(program, join(folders.tmp, 'lifecycle'));
  await cp(creation.app, folders.workspace, { recursive: true });
  const buildpacks = await Promise.all(creation.buildpacks.map(describeBuildpack));
  await writeGiven(join(folders.tmp, 'given'), run, buildpacks, creation);
  await writeEnv(join(folders.platform, 'env'), creation.env ?? {});
  const mounts = [
    ...buildpacks.map(({ folder, target }) => ({ source: folder, target })),
    ...Object.entries(creation.mounts ?? {}).map(([target, source]) => ({ source, target })),
    ...(['workspace', 'layers', 'tmp'] as const).map((name) => ({
      source: folders[name],
      target: `/${name}`,
      writable: true,
    })),
    { source: folders.platform, target: '/platform' },
  ];
  const ids = { CNB_USER_ID: findEnv(build, 'CNB_USER_ID') ?? '', CNB_GROUP_ID: findEnv(build, 'CNB_GROUP_ID') ?? '' };
  const { code, stdout, stderr } = await runInSandbox({
    ...{ bubblewrap, root: tree, mountPoints: folders.points, volumePoints: folders.empty, volumes: [], mounts },
    ...{ user: Number(ids.CNB_USER_ID), group: Number(ids.CNB_GROUP_ID), network: true, workingDir: '/workspace' },
    command: ['/tmp/lifecycle'],
    env: {
      ...ids,
      CNB_STACK_ID: findEnv(build, 'CNB_STACK_ID') ?? '',
      CNB_PLATFORM_API: PLATFORM_API,
      PATH: findEnv(build, 'PATH') ?? '',
      HOME: '/home/cnb',
      LAUNCHER_VERSION: creation.launcherVersion,
    },
  });
  if (code !== 0) throw new Error(`the lifecycle failed:\n${stdout}${stderr}`);
  return join(folders.tmp, 'made');
}

async function openBaseImages(): Promise<{ bubblewrap: Bubblewrap; build: Image; run: Image }> {
  const [store, downloads] = [await openStore(TEST_CACHE), await openStore(join(TEST_CACHE, 'downloads'))];
  const archive = openHostArchive({ store: downloads, env: process.env });
  try {
    const architecture: 'amd64' | 'arm64' = process.arch === 'arm64' ? 'arm64' : 'amd64';
    const base = { store, archive, name: 'base', architecture };
    return {
      bubblewrap: await makeBubblewrap(base),
      build: await makeBuildImage(base),
      run: await makeRunImage(base),
    };
  } finally {
    await archive.close();
  }
}

async function makeFolders(root: string) {
  const names = ['workspace', 'layers', 'tmp', 'platform', 'points', 'empty'] as const;
  const paths = names.map((name) => [name, join(root, name)] as const);
  for (const [, path] of paths) await mkdir(path, { recursive: true, mode: 0o755 });
  for (const point of [
    'workspace',
    'layers',
    'platform',
    'cnb',
    'home/cnb',
    'tmp',
    'dev',
    'proc',
    'sys',
    'run',
    'etc',
  ]) {
    await mkdir(join(root, 'points', point), { recursive: true });
  }
  for (const file of ['resolv.conf', 'hosts']) await writeFile(join(root, 'points/etc', file), '');
  return Object.fromEntries(paths) as Record<(typeof names)[number], string>;
}

interface DescribedBuildpack {
  folder: string;
  target: string;
  id: string;
  version: string;
}

async function describeBuildpack(folder: string): Promise<DescribedBuildpack> {
  const file = join(folder, 'buildpack.toml');
  const { id, version } = parseBuildpackToml(await readFile(file, 'utf8'), file).buildpack;
  return { folder, target: `/cnb/buildpacks/${escapeId(id)}/${version}`, id, version };
}

async function writeGiven(
  folder: string,
  run: Image,
  buildpacks: DescribedBuildpack[],
  creation: Creation,
): Promise<void> {
  const { runImage, launcherSbom } = creation;
  await mkdir(join(folder, 'launcher-sbom'), { recursive: true });
  const { os, architecture, config } = run.config;
  const label = (name: string) => config?.Labels?.[`io.buildpacks.base.distro.${name}`] ?? '';
  const distro = { name: label('name'), version: label('version') };
  const target = { os, arch: architecture, distro };
  const group = buildpacks.map(({ id, version }) => ({ id, version, optional: false }));
  const files = {
    'order.toml': renderOrderToml({ order: [group], orderExtensions: [] }),
    'run.toml': renderRunToml([{ image: runImage.image, mirrors: [] }]),
    'analyzed.toml': renderAnalyzedToml({ runImage: { ...runImage, target } }),
    launcher: 'the launcher is not compared',
    ...Object.fromEntries(Object.entries(launcherSbom).map(([name, text]) => [`launcher-sbom/${name}`, text])),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await writeLayout(join(folder, 'run'), run, { reference: 'run:latest' });
}

async function writeEnv(folder: string, env: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, value] of Object.entries(env)) await writeFile(join(folder, name), value);
}
