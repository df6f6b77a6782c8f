import { readdir, stat } from 'node:fs/promises';
import type { NpmConfig } from '@dema/fetch';
import type { Store } from '@dema/store';
import { adoptDownloads } from './adopt-downloads.ts';
import { analyze, type Destination } from './analyze.ts';
import type { AppFiles } from './app-files.ts';
import { build } from './build.ts';
import { findBuildCache } from './build-cache.ts';
import type { Builder } from './builder.ts';
import { copyApp } from './copy-app.ts';
import { type Detected, detect } from './detect.ts';
import { type OnBuildEvent, withPhase } from './events.ts';
import { type ExportedImage, exportImage } from './export.ts';
import { appFolderEmpty, appFolderMissing } from './faults.ts';
import { writeHostSettings } from './host-settings.ts';
import { restore } from './restore.ts';
import { makeMountPoints, makeWorkFolders, type Session, writePlatformEnv } from './session.ts';

export interface BuildRequest {
  /** Folder with the app's source. */
  app: string;
  /** Which of its files are copied; all without it. */
  files?: AppFiles;
  builder: Builder;
  store: Store;
  /** Verified downloads, which buildpacks read and add to. */
  downloads: Store;
  /** The environment of this machine: only what is needed to reach the network is taken from it. */
  hostEnv: Record<string, string | undefined>;
  npm?: NpmConfig;
  /** Variables for the build (`--env`). */
  env: Record<string, string>;
  network: boolean;
  onEvent: OnBuildEvent;
  signal?: AbortSignal;
}

export interface ImageRequest extends BuildRequest {
  reference: string;
  images: Destination;
  clearCache: boolean;
}

/** Source to image: analyze, detect, restore, build, export. */
export async function buildImage(request: ImageRequest): Promise<ExportedImage> {
  const { reference, images, store, onEvent, clearCache } = request;
  return withSession(request, async (session) => {
    const previous = await withPhase('analyze', onEvent, () => analyze(images, reference, onEvent));
    const detected = await withPhase('detect', onEvent, () => detect(session));
    const restored = await withPhase('restore', onEvent, async () => {
      const cache = clearCache ? undefined : await findBuildCache(store, reference);
      return restore(session, detected.buildpacks, clearCache ? undefined : previous, cache);
    });
    const built = await withPhase('build', onEvent, () => build(session, detected, restored));
    await adoptDownloads(session.folders.inbox, request.downloads);
    const exported = await withPhase('export', onEvent, () =>
      exportImage(session, { reference, built, previous, images }),
    );
    const { image: _, ...written } = exported;
    onEvent({ type: 'image-written', ...written });
    return exported;
  });
}

/** What `detect` settles for an app, without building it. */
export async function detectApp(request: BuildRequest): Promise<Detected> {
  return withSession(request, (session) => withPhase('detect', request.onEvent, () => detect(session)));
}

async function withSession<T>(request: BuildRequest, use: (session: Session) => Promise<T>): Promise<T> {
  await checkApp(request.app);
  process.umask(0o022);
  const { app, files, store, hostEnv, npm, env } = request;
  return store.withTempFolder(async (root) => {
    const folders = await makeWorkFolders(root);
    const [host, mountPoints] = await Promise.all([
      writeHostSettings(folders.host, request.network ? hostEnv : {}, request.network ? npm : undefined),
      makeMountPoints(store),
      copyApp(app, folders.app, files),
    ]);
    await writePlatformEnv(folders, { ...host.env, ...env });
    const { builder, downloads, network, onEvent, signal } = request;
    return use({ builder, store, downloads, folders, mountPoints, host, userEnv: env, network, onEvent, signal });
  });
}

async function checkApp(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) throw appFolderMissing(path);
  if ((await readdir(path)).length === 0) throw appFolderEmpty(path);
}
