import { createReadStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decompress, readTar, unpackTar } from '@dema/archive';
import { type BuildpackFolder, RUNTIME_ID } from '@dema/engine';
import { digestFiles, type Store } from '@dema/store';
import { type FindChoices, findImage } from './destination.ts';
import { downloadArchive } from './download-archive.ts';
import type { Locator } from './locator.ts';
import { type ModuleKind, openBuildpackage } from './open-buildpackage.ts';
import { openExtension } from './open-extension.ts';
import { openBuildpack } from './packaged-buildpacks.ts';
import type { Workplace } from './workplace.ts';

/** The buildpack that was asked for, and those that came with it because it is composed of them or runs on them. */
export type Modules = [BuildpackFolder, ...BuildpackFolder[]];

export interface OpenModulesOptions extends FindChoices {
  env: NodeJS.ProcessEnv;
  offline?: boolean;
  /** Without one buildpacks. */
  kind?: ModuleKind;
}

/**
 * The buildpacks at a place that is none of a builder: a folder (ours are packaged out of their source), an archive of one, a
 * package in a file, a layout, a registry or the image store. Faults: CLI_*, OCI_*, SPEC_*, those of a download.
 */
export async function openModules(
  workplace: Workplace,
  locator: Exclude<Locator, { kind: 'builder' }>,
  options: OpenModulesOptions,
): Promise<Modules> {
  if (locator.kind === 'url')
    return openPath(workplace, await downloadArchive(workplace, locator.url, options), options);
  if (locator.kind === 'path') return openPath(workplace, locator.path, options);
  return openImage(workplace, locator.name, options);
}

/** Without our runtime, which the engine has of its own. */
export function withoutRuntime([main, ...others]: Modules): Modules {
  return [main, ...others.filter(({ descriptor }) => descriptor.buildpack.id !== RUNTIME_ID)];
}

async function openPath(workplace: Workplace, path: string, options: OpenModulesOptions): Promise<Modules> {
  const { store } = workplace;
  if (existsSync(join(path, 'oci-layout'))) return openImage(workplace, `oci:${path}`, options);
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return [await openFolder(store, path, options)];
  if (await isSourceArchive(path)) return [await openFolder(store, await unpackOnce(store, path), options)];
  return openImage(workplace, `archive:${path}`, options);
}

function openFolder(store: Store, folder: string, { kind }: OpenModulesOptions): Promise<BuildpackFolder> {
  return kind === 'extension' ? openExtension(folder) : openBuildpack(store, folder);
}

async function openImage(workplace: Workplace, name: string, options: OpenModulesOptions): Promise<Modules> {
  const { image } = await findImage(workplace, name, options);
  return openBuildpackage(image, name, options.kind);
}

/** Whether it is a folder of a buildpack, as `jam pack` makes one, and no image. */
async function isSourceArchive(file: string): Promise<boolean> {
  for await (const { path } of readTar(decompress(createReadStream(file)))) {
    const name = path.replace(/^\/+/, '');
    if (name === 'buildpack.toml' || name === 'extension.toml') return true;
    if (name === 'oci-layout' || name === 'index.json') return false;
  }
  return false;
}

async function unpackOnce(store: Store, file: string): Promise<string> {
  const key = `source-${(await digestFiles(store, [file])).replace(':', '-')}`;
  const known = await store.findTree(key);
  return known ?? store.putTree(key, (dir) => unpackTar(createReadStream(file), dir));
}
