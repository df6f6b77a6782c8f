import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import type { BuildRequest } from './build-image.ts';
import { APP_DIR, LAYERS_DIR, PLATFORM_DIR, PRODUCTION } from './builder.ts';
import { clearContainer, linkBindings, placeBuildpacks } from './builder-container.ts';
import { appFolderEmpty, appFolderMissing, appFolderUnreadable, appNotFolder, execEnvInvalid } from './faults.ts';
import { NO_HOST_SETTINGS, writeHostSettings } from './host-settings.ts';
import { createPathMap } from './run-directly.ts';
import { readRunTarget } from './run-target.ts';
import {
  completeBuilderImage,
  makeBuildVolumePoints,
  makeMountPoints,
  makeWorkFolders,
  type Session,
  writePlatformEnv,
} from './session.ts';

/** Opens what the phases of one build share, and removes it in the end. */
export async function withSession<T>(request: BuildRequest, use: (session: Session) => Promise<T>): Promise<T> {
  process.umask(0o022);
  const { builder, store, hostEnv, readClients, env, network, volumes = [] } = request;
  const { downloads, lock, execEnv = PRODUCTION, onEvent, onProgress, signal } = request;
  if (!/^[^/\s]+$/.test(execEnv)) throw execEnvInvalid(execEnv);
  return store.withTempFolder(async (root) => {
    const isDirect = builder.bubblewrap === undefined;
    const folders = await makeWorkFolders(root, isDirect ? { app: APP_DIR, layers: LAYERS_DIR } : {});
    const [target, host, mountPoints] = await Promise.all([
      readRunTarget(builder),
      network ? writeHostSettings(folders.host, hostEnv, await readClients?.()) : NO_HOST_SETTINGS,
      makeMountPoints(store),
    ]);
    const session: Session = {
      ...{ builder, target, execEnv, store, downloads, folders, mountPoints, host, volumes, network, lock },
      ...{ onEvent, onProgress, signal },
      userEnv: env,
    };
    return isDirect ? useContainer(session, use) : useSandboxes(session, use);
  });
}

async function useSandboxes<T>(session: Session, use: (session: Session) => Promise<T>): Promise<T> {
  const { folders, host, userEnv, volumes, builder } = session;
  await writePlatformEnv(folders, { ...host.env, ...userEnv });
  await makeBuildVolumePoints(folders, volumes, builder);
  await completeBuilderImage(session);
  return use(session);
}

/** The container that this process is in takes the place of the sandboxes. */
async function useContainer<T>(session: Session, use: (session: Session) => Promise<T>): Promise<T> {
  const { folders, host, userEnv, volumes, builder } = session;
  const toHost = createPathMap([{ source: folders.platform, target: PLATFORM_DIR }, ...host.mounts]);
  const env = Object.entries({ ...host.env, ...userEnv }).map(([name, value]) => [name, toHost(value)]);
  await writePlatformEnv(folders, Object.fromEntries(env));
  await linkBindings(folders.platform, volumes);
  const placed = await placeBuildpacks(builder, join(folders.root, 'buildpacks'));
  return use({ ...session, builder: placed, volumes: [] }).finally(clearContainer);
}

/** Faults ENGINE_APP_MISSING, ENGINE_APP_NOT_FOLDER, ENGINE_APP_EMPTY, ENGINE_APP_FOLDER_UNREADABLE. */
export async function checkApp(path: string): Promise<void> {
  const found = await stat(path).catch((error) => refuseFolder(path, error));
  if (!found.isDirectory()) throw appNotFolder(path);
  const names = await readdir(path).catch((error) => refuseFolder(path, error));
  if (names.length === 0) throw appFolderEmpty(path);
}

function refuseFolder(path: string, { code, errno = 0 }: NodeJS.ErrnoException): never {
  if (code === 'ENOENT' || code === 'ENOTDIR') throw appFolderMissing(path);
  throw appFolderUnreadable(path, getSystemErrorMessage(errno));
}
