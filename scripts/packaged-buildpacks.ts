import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { BUILDPACKS_DIR, type BuildpackFolder, createModuleLayer } from '@dema/engine';
import { escapeId, parseBuildpackToml, type Target } from '@dema/spec';
import { digestFiles, digestOf, type Store } from '@dema/store';
import { determineArchitecture } from './architecture.ts';
import { buildpackFolderIncomplete } from './faults.ts';
import { listSources } from './list-sources.ts';
import { readNamedFile } from './readable-file.ts';
import { findTargetFolder } from './target-folder.ts';

/** The kit is bundled into every buildpack, so its sources count as the buildpack's. */
const SHARED = join(import.meta.dirname, '../shared');

const DESCRIPTOR = 'buildpack.toml';

/** What every buildpack has that is not composed of others. */
const PROGRAMS = ['bin/detect', 'bin/build'];

/**
 * The buildpack of a folder in the form in which it runs: ours packaged from source at first use, kept by the digest of the sources;
 * of others the files for a target, where the folder has others for each. Without a target it is this machine's. Faults: CLI_BUILDPACK_INCOMPLETE, CLI_FILE_UNREADABLE,
 * those of `buildpack.toml`.
 */
export async function openBuildpack(store: Store, folder: string, target?: Target): Promise<BuildpackFolder> {
  const hasSource = existsSync(join(folder, 'index.ts'));
  await checkDescriptor(folder);
  const packaged = hasSource ? await packageOnce(store, folder) : folder;
  const file = join(packaged, DESCRIPTOR);
  const descriptor = parseBuildpackToml(await readNamedFile(file), file);
  const ofTarget = hasSource ? undefined : findTargetFolder(folder, target ?? machineTarget());
  const programs = ofTarget ?? packaged;
  const missing = descriptor.order ? undefined : PROGRAMS.find((name) => !existsSync(join(programs, name)));
  if (missing) throw buildpackFolderIncomplete(programs, missing);
  if (ofTarget === undefined) return { folder: packaged, descriptor };
  return openLayer(store, { folder: ofTarget, descriptor, added: { [DESCRIPTOR]: file } });
}

/** Before anything is packaged. */
async function checkDescriptor(folder: string): Promise<void> {
  const file = join(folder, DESCRIPTOR);
  if (!existsSync(file)) throw buildpackFolderIncomplete(folder, DESCRIPTOR);
  await readNamedFile(file);
}

/** Files of several folders as one that the store has. */
async function openLayer(store: Store, buildpack: BuildpackFolder): Promise<BuildpackFolder> {
  const { descriptor } = buildpack;
  const { id, version } = descriptor.buildpack;
  const layer = await createModuleLayer(store, buildpack);
  return { folder: join(await layer.tree(), BUILDPACKS_DIR, escapeId(id), version), descriptor, layer };
}

function machineTarget(): Target {
  return { os: 'linux', arch: determineArchitecture(), distros: [] };
}

async function packageOnce(store: Store, folder: string): Promise<string> {
  const kit = ['../package-lock.json', '../buildpack.mjs'].map((name) => join(SHARED, name));
  const sources = await Promise.all([folder, SHARED, ...kit].map(listSources));
  const names = sources.flat().map((file) => relative(SHARED, file));
  const key = digestOf(`${await digestFiles(store, sources.flat())} ${names.join(' ')}`).replace(':', '-');
  const known = await store.findTree(`buildpack-${key}`);
  if (known) return known;
  const { packageBuildpack } = await import('@dema/buildpack');
  return store.putTree(`buildpack-${key}`, (dir) => packageBuildpack(folder, dir));
}
