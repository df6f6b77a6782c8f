import { cp, mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DebianArchitecture, findDebianMirror, openDebianArchive } from '@dema/debian';
import { createFetcher } from '@dema/fetch';
import { makeLauncherLayer } from '@dema/launch';
import { openStore } from '@dema/store';

const LIFECYCLE = '/cnb/lifecycle';
const CACHE = process.env.DEMA_CACHE ?? join(import.meta.dirname, '../../node_modules/.cache/dema');

/** A launcher in a folder where an ordinary user can have it. */
export interface LaunchPlace {
  root: string;
  launcher: string;
  /** The folder of the next case. */
  makeFolder(): Promise<string>;
}

export async function openLaunchPlace(): Promise<LaunchPlace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'dema-launcher-')));
  const architecture: DebianArchitecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const store = await openStore(join(CACHE, 'downloads'));
  const archive = openDebianArchive({
    store,
    mirror: () => findDebianMirror(process.env),
    fetcher: ({ proxy }) => createFetcher({ store, env: process.env, proxy }),
  });
  const layer = await makeLauncherLayer({ store, archive, architecture });
  const folder = join(root, LIFECYCLE);
  await cp(join(await layer.tree(), LIFECYCLE), folder, { recursive: true });
  const launcher = join(folder, 'launcher');
  // The stub names the place in the image of all that it starts.
  await writeFile(launcher, (await readFile(launcher, 'utf8')).replaceAll(LIFECYCLE, folder));
  return { root, launcher, makeFolder: () => mkdtemp(join(root, 'case-')) };
}
