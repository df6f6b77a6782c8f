import { createReadStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decompress, readTar, unpackTar } from '@dema/archive';
import type { BuildpackFolder } from '@dema/engine';
import { checkModuleVersion, type Target } from '@dema/spec';
import { digestFiles, type Store } from '@dema/store';
import { type FindChoices, type FoundImage, findImage } from './destination.ts';
import { downloadArchive } from './download-archive.ts';
import type { Locator } from './locator.ts';
import { type OpenPackageOptions, openBuildpackage } from './open-buildpackage.ts';
import { openExtension } from './open-extension.ts';
import { archiveWithoutBuildpack, buildpackMissing } from './package-faults.ts';
import { openBuildpack } from './packaged-buildpacks.ts';
import { checkReadable, readNamedFile } from './readable-file.ts';
import { withArchiveNamed } from './with-archive-named.ts';
import type { Workplace } from './workplace.ts';

/** The buildpack that was asked for, and those that came with it because it is composed of them or runs on them. */
export type Modules = [BuildpackFolder, ...BuildpackFolder[]];

export interface OpenModulesOptions extends FindChoices, OpenPackageOptions {
  env: NodeJS.ProcessEnv;
  offline?: boolean;
  /** For which folders may hold other files; without it it is `platform`, or this machine. */
  target?: Target;
  /** They are passed on to others, for whom a version is what the specification has for one; packages were made by others. */
  isForOthers?: boolean;
}

/** A place that is none of a builder. */
export type ModulePlace = Exclude<Locator, { kind: 'builder' }>;

/**
 * The buildpacks at a place: a folder (ours are packaged out of their source), an archive of one, a package in a file, a layout, a
 * registry or the image store. Faults: CLI_*, OCI_*, SPEC_*, those of a download.
 */
export async function openModules(
  workplace: Workplace,
  place: ModulePlace,
  options: OpenModulesOptions,
): Promise<Modules> {
  const source = await findSource(workplace, place, options);
  if (source) return [source];
  const { name, image } = await findPackage(workplace, place, options);
  return openBuildpackage(image, name, options);
}

/** The image of a package, under the name that it was found by. */
export async function findPackage(
  workplace: Workplace,
  place: ModulePlace,
  options: OpenModulesOptions,
): Promise<FoundImage & { name: string }> {
  const name = await nameOf(workplace, place, options);
  return { ...(await findImage(workplace, name, options)), name };
}

/** The buildpack of a folder or of an archive of one; undefined where a package is. Faults as those of `openModules`. */
export async function findSource(
  workplace: Workplace,
  place: ModulePlace,
  options: OpenModulesOptions,
): Promise<BuildpackFolder | undefined> {
  if (place.kind === 'image' || place.kind === 'name') return undefined;
  const { store } = workplace;
  const path = await pathOf(workplace, place, options);
  if (isLayout(path)) return undefined;
  await checkReadable(path);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw buildpackMissing(path);
  if (!found.isFile()) return openFolder(store, path, `${path}/`, options);
  const name = place.kind === 'url' ? place.url : path;
  const contents = await withArchiveNamed(name, () => findContents(path));
  if (contents === undefined) throw archiveWithoutBuildpack(name);
  if (contents === 'image') return undefined;
  const unpacked = await withArchiveNamed(name, () => unpackOnce(store, path));
  return openFolder(store, unpacked, `${name}: `, options);
}

async function pathOf(
  workplace: Workplace,
  place: Extract<ModulePlace, { kind: 'path' | 'url' }>,
  options: OpenModulesOptions,
): Promise<string> {
  return place.kind === 'path' ? place.path : downloadArchive(workplace, place.url, options);
}

async function nameOf(workplace: Workplace, place: ModulePlace, options: OpenModulesOptions): Promise<string> {
  if (place.kind === 'image' || place.kind === 'name') return place.name;
  const path = await pathOf(workplace, place, options);
  return `${isLayout(path) ? 'oci' : 'archive'}:${path}`;
}

function isLayout(path: string): boolean {
  return existsSync(join(path, 'oci-layout'));
}

/**
 * For images the platform says for what it is.
 * @param origin what stands before the name of its descriptor for people
 */
async function openFolder(
  store: Store,
  folder: string,
  origin: string,
  { kind = 'buildpack', target, platform, isForOthers }: OpenModulesOptions,
): Promise<BuildpackFolder> {
  const descriptor = `${kind}.toml`;
  const file = join(folder, descriptor);
  if (isForOthers && existsSync(file)) checkModuleVersion(await readNamedFile(file), `${origin}${descriptor}`, kind);
  const wanted =
    target ?? (platform && { os: platform.os, arch: platform.architecture, variant: platform.variant, distros: [] });
  return kind === 'extension' ? openExtension(folder) : openBuildpack(store, folder, wanted);
}

/** Whether an archive is of the folder of a buildpack, as `jam pack` makes one, or of an image; undefined for any other. */
async function findContents(file: string): Promise<'folder' | 'image' | undefined> {
  for await (const { path } of readTar(decompress(createReadStream(file)))) {
    const name = path.replace(/^(\.?\/)+/, '');
    if (name === 'buildpack.toml' || name === 'extension.toml') return 'folder';
    if (name === 'oci-layout' || name === 'index.json' || name === 'manifest.json') return 'image';
  }
  return undefined;
}

async function unpackOnce(store: Store, file: string): Promise<string> {
  const key = `source-${(await digestFiles(store, [file])).replace(':', '-')}`;
  const known = await store.findTree(key);
  return known ?? store.putTree(key, (dir) => unpackTar(createReadStream(file), dir));
}
