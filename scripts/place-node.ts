import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fetchDependency, unpackDependency } from '@dema/dependencies';
import { createFetcher, type FetcherOptions, findDownloaded, readNpmConfig } from '@dema/fetch';
import type { Store } from '@dema/store';
import type { NodePackage } from './node-packages.ts';

/** Beside the program, the terms under which it is passed on. */
const PLACED = ['bin/node', 'LICENSE'];

const INSTALLED = dirname(dirname(process.execPath));

export interface PlaceNodeOptions {
  downloads: Store;
  env: NodeJS.ProcessEnv;
  offline?: boolean;
  onEvent?: FetcherOptions['onEvent'];
}

/**
 * Puts `bin/node` and `LICENSE` of a package into a folder: from where npm installed it, else from the registry of npm's
 * configuration, held against its checksum. Faults: DEPENDENCY_SOURCES_FAILED, those of `fetch`.
 */
export async function placeNode(wanted: NodePackage, folder: string, options: PlaceNodeOptions): Promise<void> {
  if (isInstalled(wanted)) {
    await mkdir(join(folder, 'bin'), { recursive: true });
    for (const name of PLACED) await cp(join(INSTALLED, name), join(folder, name));
    return;
  }
  const paths = await findArchive(wanted, options);
  await unpackDependency({ paths, packages: [] }, folder, { strip: 1, filter: (path) => PLACED.includes(path) });
}

/** Whether `placeNode` asks nobody for the package. */
export async function hasNode(wanted: NodePackage, downloads: Store): Promise<boolean> {
  return isInstalled(wanted) || (await findDownloaded(downloads, wanted.checksum)) !== undefined;
}

/** The program that runs this is that of the package. */
function isInstalled({ name, version }: NodePackage): boolean {
  return INSTALLED.endsWith(`/${name}`) && process.versions.node === version;
}

async function findArchive({ name, version, checksum }: NodePackage, options: PlaceNodeOptions): Promise<string[]> {
  const { downloads, env, offline, onEvent } = options;
  const known = await findDownloaded(downloads, checksum);
  if (known) return [known.path];
  const npm = await readNpmConfig(env);
  const fetcher = createFetcher({ store: downloads, env, npm, offline, onEvent });
  try {
    const sources = [{ uri: `pkg:npm/${name}@${version}`, checksum }];
    return (await fetchDependency({ name: 'Node.js', version, sources }, { fetcher, npm })).paths;
  } finally {
    await fetcher.close();
  }
}
