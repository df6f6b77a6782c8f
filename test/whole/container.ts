import { execFile } from 'node:child_process';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeBuildImage } from '@dema/builders';
import { openHostArchive } from '@dema/debian';
import { makeBubblewrap } from '@dema/engine';
import { openStore } from '@dema/store';
import { BIN, type Ended, type Place, TEST_CACHE } from './dema.ts';

const REPOSITORY = join(import.meta.dirname, '../..');

/** What a container is for, as its image says it. */
export const IDS = { CNB_USER_ID: '1001', CNB_GROUP_ID: '1000' };

export interface ContainerParts {
  /** The file system of our build image, and bubblewrap in a tree of its own. */
  buildTree: string;
  bubblewrap: string;
}

export async function openContainerParts(): Promise<ContainerParts> {
  const downloads = await openStore(join(TEST_CACHE, 'downloads'));
  const archive = openHostArchive({ store: downloads, env: process.env });
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const base = { store: await openStore(TEST_CACHE), archive, name: 'base', architecture } as const;
  try {
    const buildTree = (await (await makeBuildImage(base)).layers[0]?.tree()) ?? '';
    return { buildTree, bubblewrap: (await makeBubblewrap(base)).tree };
  } finally {
    await archive.close();
  }
}

/**
 * Runs dema in a container with the file system of `tree`, as its user, as CI systems do that name an image for a job. Its
 * `/workspace` and `/layers` are folders of the place.
 */
export async function demaInside(
  tree: string,
  args: string[],
  { place, bubblewrap }: Pick<ContainerParts, 'bubblewrap'> & { place: Place },
): Promise<Ended> {
  const [loader, processor] =
    process.arch === 'arm64' ? ['ld-linux-aarch64.so.1', 'aarch64'] : ['ld-linux-x86-64.so.2', 'x86_64'];
  const libraries = join(bubblewrap, 'usr/lib', `${processor}-linux-gnu`);
  const shared = [await realpath(REPOSITORY), await realpath(TEST_CACHE), place.folder];
  const points = join(place.folder, 'points');
  for (const path of ['/workspace', '/layers', ...shared]) await mkdir(join(points, path), { recursive: true });
  for (const name of ['workspace', 'layers']) await mkdir(join(place.folder, name), { recursive: true });
  const env = { ...IDS, HOME: '/home/cnb', DEMA_CACHE: TEST_CACHE, XDG_DATA_HOME: place.env.XDG_DATA_HOME ?? '' };
  const options = [
    ...['--library-path', libraries, join(bubblewrap, 'usr/bin/bwrap')],
    ...['--unshare-user', '--uid', '1001', '--gid', '1000', '--overlay-src', points, '--overlay-src', tree],
    ...['--ro-overlay', '/', '--dev', '/dev', '--ro-bind', '/proc', '/proc', '--tmpfs', '/tmp', '--tmpfs', '/home/cnb'],
    ...['/workspace', '/layers'].flatMap((path) => ['--bind', join(place.folder, path), path]),
    ...shared.flatMap((path) => ['--bind', path, path]),
    ...['--clearenv', '--setenv', 'PATH', '/usr/local/bin:/usr/bin:/bin'],
    ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
  ];
  const run = promisify(execFile)(join(libraries, loader ?? ''), [...options, process.execPath, BIN, ...args]);
  return run.then(
    (output) => ({ code: 0, ...output }),
    (error) => error,
  );
}
