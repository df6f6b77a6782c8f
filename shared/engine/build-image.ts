import type { DependencyLock } from '@dema/dependencies';
import type { Digest, Store } from '@dema/store';
import { adoptDownloads } from './adopt-downloads.ts';
import { analyze, type Destination } from './analyze.ts';
import type { AppFiles } from './app-files.ts';
import { build } from './build.ts';
import { findBuildCache } from './build-cache.ts';
import { findBuildInputs } from './build-inputs.ts';
import { type Builder, PRODUCTION } from './builder.ts';
import { findCachedContents } from './cached-contents.ts';
import { type CopyOptions, copyApp } from './copy-app.ts';
import { type Detected, detect } from './detect.ts';
import { type OnBuildEvent, watchWarnings, withPhase } from './events.ts';
import { type ExportedImage, exportImage } from './export.ts';
import type { Clients } from './host-settings.ts';
import { type Kept, restore } from './restore.ts';
import type { Session } from './session.ts';
import { findUnchanged, noteMade } from './unchanged-image.ts';
import type { Volume } from './volume.ts';
import type { OnProgress } from './watch-progress.ts';
import { withSession } from './with-session.ts';

export interface BuildRequest {
  /** Folder with the app's source, as `checkApp` has it. */
  app: string;
  /** Which of its files are copied; all without it. */
  files?: AppFiles;
  /** Absolute paths that are no part of the app wherever they lie. */
  leaveOut?: string[];
  builder: Builder;
  store: Store;
  /** Verified downloads, which buildpacks read and add to. */
  downloads: Store;
  /** The environment of this machine: only what is needed to reach the network is taken from it. */
  hostEnv: Record<string, string | undefined>;
  /** How this machine reaches registries of packages; asked where the build has a network. */
  readClients?: () => Promise<Clients>;
  /** Text of the app's `dema.lock.json`, which is no part of the app itself. */
  lock?: string;
  /** The execution environment that the image is made for (`CNB_EXEC_ENV`), `production` without one. */
  execEnv?: string;
  /** Variables for the build (`--env`). */
  env: Record<string, string>;
  /** What the build sees of this machine beside the app, as `checkVolumes` gives it. */
  volumes?: Volume[];
  network: boolean;
  onEvent: OnBuildEvent;
  /** Told how far downloads of buildpacks are, some times a second; undefined when there is none. */
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

export interface ImageRequest extends BuildRequest {
  reference: string;
  images: Destination;
  /** The image whose layers are used again, instead of the one of an earlier build under the same reference. */
  previous?: { images: Destination; reference: string };
  clearCache: boolean;
  /** What tells this program from any other state of its code; without it nothing is taken for unchanged. */
  program?: string;
  /** Process type that the image starts with, instead of the default that buildpacks gave. */
  defaultProcess?: string;
  /** Time that the image bears, RFC 3339; without it the fixed one. */
  created?: string;
}

export interface BuiltImage extends ExportedImage {
  /** What each buildpack installed. */
  resolved: DependencyLock;
}

/** Source to image, unless the image of the same source is there. */
export async function buildImage(request: ImageRequest): Promise<BuiltImage> {
  const inputs = findBuildInputs(request, copyOptions(request), new Date());
  const built = (await findUnchanged(request, inputs)) ?? (await makeImage(request, inputs));
  const { image: _, resolved: __, ...written } = built;
  request.onEvent({ type: 'image-written', ...written });
  return built;
}

/** Analyze, detect, restore, build, export. */
async function makeImage(given: ImageRequest, inputs: Digest | undefined): Promise<BuiltImage> {
  const warnings = watchWarnings(given.onEvent);
  const request = { ...given, onEvent: warnings.onEvent };
  const { store, reference, images, clearCache } = request;
  return withSession(request, async (session) => {
    const previous = await withPhase('analyze', session, async () => {
      await copyApp(request.app, session.folders.app, copyOptions(request));
      return analyze(request.previous ?? { images, reference }, session);
    });
    const [detected, kept] = await Promise.all([
      withPhase('detect', session, () => detect(session)),
      clearCache ? undefined : findCache(session, reference),
    ]);
    const restored = await withPhase('restore', session, () =>
      restore(session, detected.buildpacks, { ...kept, previous, skipLayers: clearCache }),
    );
    const built = await withPhase('build', session, () => build(session, detected, restored)).finally(() =>
      adoptDownloads(session.folders.inbox, request.downloads),
    );
    const exported = await withPhase('export', session, () =>
      exportImage(session, { ...request, built: built.buildpacks, placed: built.placed, previous }),
    );
    const made = { ...exported, resolved: built.resolved };
    if (inputs && built.isRepeatable && !warnings.wereGiven()) await noteMade(store, made, inputs);
    return made;
  });
}

/** What the build before this one kept, held against what it noted of it. */
async function findCache(session: Session, reference: string): Promise<Pick<Kept, 'cache' | 'contents'>> {
  const { store, builder, execEnv } = session;
  const found = await findBuildCache(store, reference);
  const cache = found && (found.execEnv ?? PRODUCTION) === execEnv ? found : undefined;
  const { user: uid, group: gid } = builder.buildImage;
  return { cache, contents: cache && (await findCachedContents(store, cache, { uid, gid })) };
}

/** What `detect` settles for an app, without building it. */
export async function detectApp(request: BuildRequest): Promise<Detected> {
  return withSession(request, async (session) => {
    await copyApp(request.app, session.folders.app, copyOptions(request));
    return withPhase('detect', session, () => detect(session));
  });
}

/** Neither the store nor the image is part of the app when they lie in its folder, as CI systems have it. */
function copyOptions({ files, store, downloads, leaveOut = [], onEvent, signal }: BuildRequest): CopyOptions {
  const onLeftOut = (path: string) => onEvent({ type: 'app-file-left-out', path });
  return { ...files, without: [store.root, downloads.root, ...leaveOut], onLeftOut, signal };
}
