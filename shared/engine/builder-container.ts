import { access, constants, cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Image } from '@dema/oci';
import { escapeId } from '@dema/spec';
import { removeFolder } from '@dema/store';
import { APP_DIR, BUILDPACKS_DIR, type Builder, LAYERS_DIR, RUNTIME_ID, type Runtime } from './builder.ts';
import { sandboxNeeded, volumeInvalid } from './faults.ts';
import { listNames } from './list-names.ts';
import { readDistro } from './run-target.ts';
import { BUILD_BINDINGS_DIR, isInside, type Volume } from './volume.ts';

const DISTRO_NAME = 'io.buildpacks.base.distro.name';
const DISTRO_VERSION = 'io.buildpacks.base.distro.version';
const ARCHITECTURES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

/** Whether this process runs in a container of a builder's build image (Platform specification, "Build Image"). */
function isBuilderContainer(env: Record<string, string | undefined>): boolean {
  return Boolean(env.CNB_USER_ID && env.CNB_GROUP_ID);
}

/**
 * The container that this process runs in as a build image: builds without a sandbox use its file system, its user, its
 * `/workspace` and its `/layers`. Fault ENGINE_SANDBOX_NEEDED with the reason where it cannot be used so.
 */
export async function readBuilderContainer(env: Record<string, string | undefined>): Promise<Builder['buildImage']> {
  if (!isBuilderContainer(env)) throw sandboxNeeded('this is none, as CNB_USER_ID and CNB_GROUP_ID are not set');
  const [user, group] = [Number(env.CNB_USER_ID), Number(env.CNB_GROUP_ID)];
  const own = process.getuid?.();
  if (own !== user) throw sandboxNeeded(`this one runs as user ${own}, and its CNB_USER_ID is ${user}`);
  for (const folder of [APP_DIR, LAYERS_DIR]) await checkFolder(folder);
  const target = { os: 'linux', arch: ARCHITECTURES[process.arch] ?? process.arch, distroName: '', distroVersion: '' };
  return {
    tree: '/',
    env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    user,
    group,
    target: { ...target, ...(await readDistro({ tree: '/', target })) },
  };
}

/** Fault ENGINE_SANDBOX_NEEDED when what is built in this container could not run on the run image. */
export function checkBuilderContainer({ target }: Builder['buildImage'], runImage: Image): void {
  const { [DISTRO_NAME]: name, [DISTRO_VERSION]: version } = runImage.config.config?.Labels ?? {};
  if (target.distroName === name && target.distroVersion === version) return;
  const found = `${target.distroName} ${target.distroVersion}`.trim() || 'another distribution';
  throw sandboxNeeded(`this one is ${found} where the run image is ${name} ${version}`);
}

async function checkFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) throw sandboxNeeded(`this one has no folder ${folder}`);
  const isWritable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable) throw sandboxNeeded(`the folder ${folder} of this one cannot be written to`);
  if (names.length > 0) throw sandboxNeeded(`the folder ${folder} of this one is not empty: it has ${names[0]}`);
}

/**
 * The container as the build image of a builder that is an image, whether it is one of the builder or of what that stands on.
 * Fault ENGINE_SANDBOX_NEEDED when what is built in it would belong to another user.
 */
export function asContainerOf(
  container: Builder['buildImage'],
  { tree, user, group, home }: Builder['buildImage'],
): Builder['buildImage'] {
  const [own, wanted] = [`${container.user}:${container.group}`, `${user}:${group}`];
  if (own !== wanted) throw sandboxNeeded(`this one is for the user ${own} where the builder has ${wanted}`);
  return { ...container, home, beside: join(tree, BUILDPACKS_DIR) };
}

/** The builder with its buildpacks, and what they look for beside them, below `folder`. */
export async function placeBuildpacks(builder: Builder, folder: string): Promise<Builder> {
  if (builder.runtime) await placeRuntime(builder.runtime, folder);
  const buildpacks = builder.buildpacks.map(async (buildpack) => {
    const { id, version } = buildpack.descriptor.buildpack;
    const place = join(folder, escapeId(id), version);
    await cp(buildpack.folder, place, { recursive: true, verbatimSymlinks: true });
    return { ...buildpack, folder: place };
  });
  const placed = await Promise.all(buildpacks);
  if (builder.buildImage.beside !== undefined) await linkOthers(builder.buildImage.beside, folder);
  return { ...builder, buildpacks: placed };
}

/** They are only read, and may be hundreds of megabytes. */
async function linkOthers(from: string, folder: string): Promise<void> {
  for (const id of await listNames(from)) {
    const there = await listNames(join(folder, id));
    const others = (await listNames(join(from, id))).filter((version) => !there.includes(version));
    await mkdir(join(folder, id), { recursive: true });
    for (const version of others) await symlink(join(from, id, version), join(folder, id, version));
  }
}

async function placeRuntime({ version, node, launch }: Runtime, folder: string): Promise<void> {
  const runtime = join(folder, escapeId(RUNTIME_ID), version);
  await mkdir(join(runtime, 'bin'), { recursive: true });
  await symlink(node, join(runtime, 'bin/node'));
  await symlink(launch, join(runtime, 'launch'));
}

/** Links to the bindings; other volumes cannot be without a mount. Fault ENGINE_VOLUME_INVALID. */
export async function linkBindings(platform: string, volumes: readonly Volume[]): Promise<void> {
  for (const { source, target } of volumes) {
    if (!isInside(target, BUILD_BINDINGS_DIR)) {
      throw volumeInvalid(
        `${source}:${target}`,
        'cannot be mounted without a sandbox; only service bindings can be given',
      );
    }
    const link = join(platform, 'bindings', target.slice(BUILD_BINDINGS_DIR.length));
    await mkdir(dirname(link), { recursive: true });
    await symlink(source, link);
  }
}

/** Leaves the folders of the container as they were found. */
export async function clearContainer(): Promise<void> {
  for (const folder of [APP_DIR, LAYERS_DIR]) {
    for (const name of await readdir(folder)) await removeFolder(join(folder, name));
  }
}
