import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { escapeId } from '@dema/spec';
import type { Store } from '@dema/store';
import { APP_DIR, BUILDPACKS_DIR, type Builder, type BuildpackFolder, PLATFORM_DIR, RUNTIME_ID } from './builder.ts';
import { copyFolder } from './copy-folder.ts';
import type { OnBuildEvent } from './events.ts';
import { envNameInvalid } from './faults.ts';
import type { HostSettings } from './host-settings.ts';
import { followLinks, makeVolumePoints } from './mount-points.ts';
import type { RunTarget } from './run-target.ts';
import { type Bind, BUILD_MOUNT_POINTS, type Mount } from './sandbox.ts';
import { isFolder, isInside, type Volume, volumeMounts } from './volume.ts';
import type { OnProgress } from './watch-progress.ts';

/** The folders of one build, all below one temporary folder of the store. */
export interface WorkFolders {
  root: string;
  app: string;
  layers: string;
  platform: string;
  host: string;
  inbox: string;
  tmp: string;
  /** For the kernel's overlays. */
  overlay: string;
  /** What a build image has in the home folder of its user. */
  home: string;
  /** Folders and files that volumes are mounted on. */
  points: string;
}

/** What all phases of one build share. */
export interface Session {
  builder: Builder;
  /** What the image is for: its system, and its execution environment (`CNB_EXEC_ENV`). */
  target: RunTarget;
  execEnv: string;
  store: Store;
  /** Verified downloads; buildpacks read them and hand in new ones. */
  downloads: Store;
  folders: WorkFolders;
  mountPoints: string;
  host: HostSettings;
  /** What the user gave by `--env`: variables of the build alone. */
  userEnv: Record<string, string>;
  /** What the user mounts (`--volume`). */
  volumes: Volume[];
  network: boolean;
  /** Text of the app's lock, for those that install dependencies. */
  lock?: string;
  onEvent: OnBuildEvent;
  /** Told how far downloads of buildpacks are, some times a second. */
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** @param places folders to use instead of new ones */
export async function makeWorkFolders(root: string, places: Partial<WorkFolders> = {}): Promise<WorkFolders> {
  const names = ['app', 'layers', 'platform', 'host', 'inbox', 'tmp', 'overlay', 'home', 'points'] as const;
  for (const name of names) {
    await mkdir(join(root, name));
    await chmod(join(root, name), 0o755);
  }
  const paths = names.map((name) => [name, join(root, name)]);
  return { root, ...(Object.fromEntries(paths) as Record<(typeof names)[number], string>), ...places };
}

/** A folder, made once and kept, that has every mount point of a build. */
export async function makeMountPoints(store: Store): Promise<string> {
  const { folders, files } = BUILD_MOUNT_POINTS;
  const key = `mount-points-${[...folders, ...files].join('-').replaceAll('/', '_')}`;
  return store.putTree(key, async (dir) => {
    for (const folder of folders) await mkdir(join(dir, folder), { recursive: true });
    for (const file of files) {
      await mkdir(dirname(join(dir, file)), { recursive: true });
      await writeFile(join(dir, file), '');
    }
  });
}

/** Folder in which a buildpack stands inside the sandbox. */
export function buildpackDir({ descriptor }: BuildpackFolder): string {
  return `${BUILDPACKS_DIR}/${escapeId(descriptor.buildpack.id)}/${descriptor.buildpack.version}`;
}

/** Mounts that both phases have: the buildpack, the shared Node.js, the platform folder, the downloads kept so far. */
export function sharedMounts({ builder, folders, host, downloads }: Session, buildpack: BuildpackFolder): Mount[] {
  return [
    ...buildpackMounts(builder, buildpack),
    ...runtimeMounts(builder),
    { source: folders.platform, target: PLATFORM_DIR },
    ...host.mounts,
    { source: downloads.root, target: `${PLATFORM_DIR}/store` },
    { source: folders.inbox, target: `${PLATFORM_DIR}/inbox`, writable: true },
  ];
}

export function appMount({ folders }: Session, writable: boolean): Mount {
  return { source: folders.app, target: APP_DIR, writable };
}

/** Writes the platform folder: `env/<NAME>` for each variable (Buildpack specification, "Provided by the Platform"). */
export async function writePlatformEnv(folders: WorkFolders, env: Record<string, string>): Promise<void> {
  await mkdir(join(folders.platform, 'env'), { recursive: true });
  for (const name of ['host', 'store', 'inbox']) await mkdir(join(folders.platform, name), { recursive: true });
  for (const [name, value] of Object.entries(env)) {
    if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name)) throw envNameInvalid(name);
    await writeFile(join(folders.platform, 'env', name), value);
  }
}

/** Makes what volumes are mounted on: in the platform folder, which is mounted itself, and under the build image. */
export async function makeBuildVolumePoints(
  { platform, points }: WorkFolders,
  volumes: readonly Volume[],
  { buildImage }: Builder,
): Promise<void> {
  const inPlatform = volumes.filter(({ target }) => isInside(target, PLATFORM_DIR));
  const relative = inPlatform.map((volume) => ({ ...volume, target: volume.target.slice(PLATFORM_DIR.length) }));
  await makeVolumePoints(platform, relative, []);
  await makeVolumePoints(points, volumes, [buildImage.tree]);
}

/** None for a buildpack that the build image holds at its place. */
function buildpackMounts({ buildImage }: Builder, buildpack: BuildpackFolder): Bind[] {
  const target = buildpackDir(buildpack);
  const isThere = buildImage.isBuilder && buildpack.folder === join(buildImage.tree, target);
  return isThere ? [] : [{ source: buildpack.folder, target }];
}

function runtimeMounts({ runtime }: Builder): Bind[] {
  if (runtime === undefined) return [];
  const folder = `${BUILDPACKS_DIR}/${escapeId(RUNTIME_ID)}/${runtime.version}`;
  return [
    { source: runtime.node, target: `${folder}/bin/node` },
    { source: runtime.launch, target: `${folder}/launch` },
  ];
}

/** What a builder image does not have itself: points for what is mounted into its `/cnb`, and a home that can be written to. */
export async function completeBuilderImage({ builder, folders }: Session): Promise<void> {
  const { tree, home, isBuilder } = builder.buildImage;
  const added = builder.buildpacks.flatMap((buildpack) => buildpackMounts(builder, buildpack));
  if (isBuilder) await makeVolumePoints(folders.points, [...added, ...runtimeMounts(builder)], [tree]);
  if (home === undefined) return;
  await makeVolumePoints(folders.points, [{ source: folders.home, target: home }], [tree]);
  const found = join(tree, await followLinks(home, [tree]));
  if (await isFolder(found)) await copyFolder(found, folders.home);
}

/** The parts of a sandbox that are the same for every command of a build. */
export function sandboxOf({ builder, folders, mountPoints, volumes, network, signal }: Session) {
  const { buildImage, bubblewrap } = builder;
  const { tree: root, user, group, home, isBuilder: hasOwnCnb } = buildImage;
  return {
    ...{ hasOwnCnb, home: home === undefined ? undefined : { source: folders.home, target: home } },
    ...{ bubblewrap, root, mountPoints, user, group, network, workingDir: APP_DIR, signal },
    ...{ volumes: volumeMounts(volumes), volumePoints: folders.points },
  };
}

export function tmpMount(folder: string): Mount {
  return { source: folder, target: '/tmp', writable: true };
}
