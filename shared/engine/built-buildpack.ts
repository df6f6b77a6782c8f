import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isFault } from '@dema/errors';
import {
  type BuildpackDescriptor,
  type LaunchDescriptor,
  type LayerDescriptor,
  parseBuildToml,
  parseLaunchToml,
  parseLayerToml,
  parseStoreToml,
  type StoreDescriptor,
} from '@dema/spec';
import { moveFolder } from '@dema/store';
import { type BuildpackSboms, readBuildpackSboms } from './buildpack-sboms.ts';
import { buildpackFileInvalid } from './faults.ts';
import { findLayerContents, type LayerContents, type LayersFolder } from './layers-folder.ts';
import { readOutput } from './read-output.ts';
import type { Session } from './session.ts';

/** What one buildpack left behind. */
export interface BuiltBuildpack {
  descriptor: BuildpackDescriptor;
  /** What it found again of earlier builds. */
  found: Pick<LayersFolder, 'restored' | 'refused'>;
  /** Layers with at least one type, by name. */
  layers: Map<string, BuiltLayer>;
  launch: LaunchDescriptor;
  store?: StoreDescriptor;
  sboms: BuildpackSboms;
  /** Names of its plan that it leaves to later buildpacks. */
  unmet: string[];
}

export interface BuiltLayer extends LayerDescriptor {
  /** None when the buildpack keeps the layer of the previous image without having its contents. */
  contents?: LayerContents;
}

/** Names that a layer cannot have: their `.toml` files mean something else. */
const RESERVED = new Set(['launch', 'build', 'store']);

/** Reads the files by which a buildpack says what it made. Fault: ENGINE_BUILDPACK_OUTPUT_INVALID, which names it. */
export async function readBuilt(
  session: Session,
  descriptor: BuildpackDescriptor,
  folder: LayersFolder,
): Promise<BuiltBuildpack> {
  const parse = <T>(name: string, parser: (text: string, file: string) => T) => parseOutput(folder, name, parser);
  const layers = new Map<string, BuiltLayer>();
  const files = (await readdir(folder.path)).filter((name) => name.endsWith('.toml')).sort();
  for (const file of files) {
    const name = file.slice(0, -'.toml'.length);
    if (RESERVED.has(name)) continue;
    if (['', '.', '..'].includes(name)) throw buildpackFileInvalid(folder.id, `the file ${file} names no layer`);
    const layer = (await parse(file, parseLayerToml)) ?? { launch: false, build: false, cache: false };
    if (!layer.launch && !layer.build && !layer.cache) {
      await setAside(folder, name);
      continue;
    }
    const contents = await findLayerContents(session, folder, name);
    if (contents === undefined && layer.cache) {
      throw buildpackFileInvalid(folder.id, `${file} wants the layer cached, but there is no folder ${name}`);
    }
    layers.set(name, { ...layer, contents });
  }
  const launch = await parse('launch.toml', (text, file) => parseLaunchToml(text, file, descriptor.api));
  return {
    descriptor,
    found: folder,
    layers,
    launch: launch ?? { labels: [], processes: [], slices: [] },
    store: await parse('store.toml', parseStoreToml),
    sboms: await readBuildpackSboms(folder.path, descriptor, layers, launch?.bom),
    unmet: (await parse('build.toml', parseBuildToml))?.unmet ?? [],
  };
}

/** A layer without a type is of no use to anybody: later buildpacks do not find it under its name. */
async function setAside({ path }: LayersFolder, name: string): Promise<void> {
  const found = await lstat(join(path, name)).catch(() => undefined);
  if (found?.isDirectory()) await moveFolder(join(path, name), join(path, `${name}.ignore`));
}

/** A mistake in such a file is not the user's, who may never have heard of it. */
async function parseOutput<T>(
  { id, path }: LayersFolder,
  name: string,
  parse: (text: string, file: string) => T,
): Promise<T | undefined> {
  const text = await readOutput(join(path, name));
  if (text === undefined) return undefined;
  try {
    return parse(text, name);
  } catch (error) {
    throw isFault(error) ? buildpackFileInvalid(id, error.problem) : error;
  }
}
