import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { TarEntry } from '@dema/archive';
import { isFault } from '@dema/errors';
import { findLayer, type Layer } from '@dema/oci';
import { apiAtLeast, SBOM_TYPES, SUPPORTED_APIS } from '@dema/spec';
import { isDigest, type Store } from '@dema/store';
import type { Builder } from './builder.ts';
import type { BuilderImage } from './builder-image.ts';
import { makeLayer } from './layer-of-entries.ts';
import { followLinks } from './mount-points.ts';
import { readOutput } from './read-output.ts';
import { runInSandbox } from './sandbox.ts';
import { makeMountPoints } from './session.ts';

const LIFECYCLE_DIR = '/cnb/lifecycle';
const PROGRAM = `${LIFECYCLE_DIR}/lifecycle`;
/** The lowest Platform API by which images are made as ours are. */
const OLDEST_API = '0.12';
/** Where the lifecycle's own builds say that it is from; a build that names no commit is another one. */
const REPOSITORY = 'github.com/buildpacks/lifecycle';

/**
 * The launcher of the official lifecycle that a builder holds, in the layer that the lifecycle makes of it, with what it says of
 * its version (Platform specification, "Layers"). Undefined when there is none, or one that is too old for the images made here.
 */
export async function findBuilderLauncher(
  store: Store,
  { buildImage, lifecycle }: Pick<BuilderImage, 'buildImage' | 'lifecycle'>,
  bubblewrap: Builder['bubblewrap'],
): Promise<Builder['launcher'] | undefined> {
  const { tree } = buildImage;
  const platformApi = lifecycle && findPlatformApi(lifecycle.apis.platform);
  const layer = platformApi && ((await findKnownLayer(store, tree)) ?? (await makeLauncherLayer(store, tree)));
  if (!layer) return undefined;
  return {
    layer,
    ...(await readVersion(store, { buildImage, lifecycle }, bubblewrap)),
    platformApi,
    sbom: await readSboms(tree),
  };
}

const KIND = 'launcher-layers';

/** Of a tree, which is never changed, the layer that was made of it before. */
async function findKnownLayer(store: Store, tree: string): Promise<Layer | undefined> {
  const known = await store.readRecord(KIND, basename(tree));
  return isDigest(known) ? findLayer(store, known) : undefined;
}

async function makeLauncherLayer(store: Store, tree: string): Promise<Layer | undefined> {
  const content = await readProgram(join(tree, await followLinks(`${LIFECYCLE_DIR}/launcher`, [tree])));
  if (content === undefined) return undefined;
  const layer = await makeLayer(store, launcherEntries(content));
  await store.writeRecord(KIND, basename(tree), layer.diffId);
  return layer;
}

/** The newest that both know. */
function findPlatformApi({ supported, deprecated }: { supported: string[]; deprecated: string[] }): string | undefined {
  const theirs = [...supported, ...deprecated];
  return SUPPORTED_APIS.platform.findLast((api) => theirs.includes(api) && apiAtLeast(api, OLDEST_API));
}

function launcherEntries(content: Buffer): () => TarEntry[] {
  const owned = { uid: 0, gid: 0, mode: 0o755 };
  return () => [
    { path: '/cnb', type: 'directory', size: 0, ...owned },
    { path: LIFECYCLE_DIR, type: 'directory', size: 0, ...owned },
    { path: `${LIFECYCLE_DIR}/launcher`, type: 'file', size: content.length, body: () => [content], ...owned },
  ];
}

/** No launcher is larger; it is held in memory. */
const LARGEST = 256 * 1024 * 1024;

async function readProgram(path: string): Promise<Buffer | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    return stats.isFile() && stats.size <= LARGEST ? await file.readFile() : undefined;
  } finally {
    await file.close();
  }
}

async function readSboms(tree: string): Promise<Record<string, string>> {
  const found = await Promise.all(
    SBOM_TYPES.map(async ({ extension }) => {
      const path = await followLinks(`${LIFECYCLE_DIR}/launcher.sbom.${extension}`, [tree]);
      return [extension, await readOutput(join(tree, path))] as const;
    }),
  );
  return Object.fromEntries(found.filter((one): one is [(typeof one)[0], string] => one[1] !== undefined));
}

type Version = Pick<Builder['launcher'], 'version' | 'source'>;

/** The lifecycle prints `version+commit`, and writes both into images. It is asked once. */
async function readVersion(
  store: Store,
  { buildImage, lifecycle }: Pick<BuilderImage, 'buildImage' | 'lifecycle'>,
  bubblewrap: Builder['bubblewrap'],
): Promise<Version> {
  const key = basename(buildImage.tree);
  const known = await store.readRecord('lifecycle-versions', key);
  const text = typeof known === 'string' ? known : await askVersion(store, buildImage, bubblewrap);
  if (known === undefined) await store.writeRecord('lifecycle-versions', key, text);
  const [version = '', commit] = (text || (lifecycle?.version ?? '')).split('+');
  return commit ? { version, source: { repository: REPOSITORY, commit } } : { version };
}

async function askVersion(
  store: Store,
  { tree: root, user, group }: Builder['buildImage'],
  bubblewrap: Builder['bubblewrap'],
): Promise<string> {
  return store.withTempFolder(async (volumePoints) => {
    const answer = await runInSandbox({
      ...{ bubblewrap, root, user, group, volumePoints, hasOwnCnb: true, mountPoints: await makeMountPoints(store) },
      ...{ mounts: [], volumes: [], network: false, workingDir: '/', env: {} },
      // Without a sandbox the container that this runs in need not have it.
      command: [bubblewrap ? PROGRAM : join(root, await followLinks(PROGRAM, [root])), '-version'],
    }).catch(ignoreNotStarted);
    return answer?.code === 0 ? answer.stdout.trim() : '';
  });
}

/** In a sandbox it is an exit status. */
function ignoreNotStarted(error: unknown): undefined {
  if (!isFault(error, 'EXEC_COMMAND_MISSING') && !isFault(error, 'EXEC_COMMAND_NOT_EXECUTABLE')) throw error;
}
