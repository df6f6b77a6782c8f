import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Image } from '@dema/oci';
import type { Store } from '@dema/store';
import { PRODUCTION } from './builder.ts';
import { parseEnv } from './environment.ts';
import type { ImageRoot } from './image-root.ts';
import { EXEC_ENV_LABEL } from './lifecycle-metadata.ts';
import { findMergedFolder, followLinks, makeVolumePoints } from './mount-points.ts';
import { mountArguments } from './sandbox.ts';
import { type Volume, volumeMounts } from './volume.ts';

/** What decides how the processes of an image see the world. */
export interface RunPlace {
  image: Image;
  /** As `openImageRoot` gives it. */
  root: ImageRoot;
  store: Store;
  port: number;
  env: Record<string, string>;
  volumes?: Volume[];
}

const NAME_SERVICE_FILES = ['etc/resolv.conf', 'etc/hosts'];
/** What container engines set where an image has none. */
const USUAL_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Arguments of bubblewrap for a running image: read-only but for what its user may write to, which goes with the process. */
export async function runArguments(place: RunPlace, folder: string): Promise<string[]> {
  const { image, root, store, volumes = [] } = place;
  const { trees, user } = root;
  const workingDir = image.config.config?.WorkingDir || '/';
  const points = join(folder, 'points');
  const files = join(folder, 'files');
  for (const name of [points, files]) await mkdir(name);
  await mkdir(join(points, await followLinks(workingDir, trees)), { recursive: true });
  await makeVolumePoints(points, volumes, trees);
  await writeNameServiceFiles(files);
  const stack = [points, await makeRunMountPoints(store), ...trees, files];
  return [
    ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--die-with-parent', '--as-pid-1'],
    ...['--uid', String(user.uid), '--gid', String(user.gid), '--hostname', 'dema'],
    ...stack.flatMap((tree) => ['--overlay-src', tree]),
    ...[root.writable === 'all' ? '--tmp-overlay' : '--ro-overlay', '/', '--dev', '/dev', '--proc', '/proc'],
    ...NAME_SERVICE_FILES.flatMap((file) => ['--ro-bind-try', `/${file}`, `/${file}`]),
    ...(await writableMounts(root, stack)),
    ...volumeMounts(volumes).flatMap(mountArguments),
    ...['--chdir', workingDir, '--clearenv'],
    ...Object.entries(runVariables(place)).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
}

export function runVariables({
  image,
  root: { user },
  port,
  env,
}: Pick<RunPlace, 'image' | 'root' | 'port' | 'env'>): Record<string, string> {
  const { Env: imageEnv, Labels: labels } = image.config.config ?? {};
  const { [EXEC_ENV_LABEL]: execEnv = PRODUCTION } = labels ?? {};
  return {
    ...{ PATH: USUAL_PATH, HOME: user.home, ...parseEnv(imageEnv ?? []) },
    // Without it the launcher starts processes for production alone.
    ...(execEnv !== PRODUCTION && { CNB_EXEC_ENV: execEnv }),
    ...{ PORT: String(port), ...env },
  };
}

/** A folder that several layers have is put together from them; what is written there goes with the process. */
async function writableMounts({ writable }: ImageRoot, trees: string[]): Promise<string[]> {
  if (writable === 'all') return [];
  const found = await Promise.all(writable.map((folder) => findMergedFolder(folder, trees)));
  return found.flatMap((folder) => {
    if (folder === undefined) return [];
    return [...folder.sources.flatMap((source) => ['--overlay-src', source]), '--tmp-overlay', folder.place];
  });
}

/** Points for what stands at these paths on this machine; an image may have links there that lead nowhere. */
async function writeNameServiceFiles(dir: string): Promise<void> {
  for (const file of NAME_SERVICE_FILES) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), '');
  }
}

async function makeRunMountPoints(store: Store): Promise<string> {
  return store.putTree('run-mount-points', async (dir) => {
    for (const folder of ['dev', 'proc', 'sys', 'tmp']) await mkdir(join(dir, folder));
  });
}
