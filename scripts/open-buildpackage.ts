import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildpackFolder, RUNTIME_ID } from '@dema/engine';
import { type Image, readArchive } from '@dema/oci';
import { escapeId, type ModuleLayer, parseBuildpackToml, parseModuleLayers, parsePackageLabel } from '@dema/spec';
import type { Store } from '@dema/store';
import { buildpackageInvalid } from './faults.ts';

/**
 * The buildpacks of a buildpackage, ours or one of pack: the one that it is of, then those that this is composed of. Our runtime is
 * left out, for the engine has it. Faults: OCI_ARCHIVE_INVALID, SPEC_LABEL_INVALID, CLI_ARGUMENTS_INVALID.
 */
export async function openBuildpackage(store: Store, file: string): Promise<[BuildpackFolder, ...BuildpackFolder[]]> {
  const { image } = await readArchive(store, file);
  const labelled = { labels: image.config.config?.Labels ?? {}, image: file };
  const main = parsePackageLabel(labelled);
  if (!main) throw buildpackageInvalid(file, 'it has not the labels of one');
  const modules = parseModuleLayers(labelled);
  const own = modules.find(({ id, version }) => id === main.id && version === main.version);
  if (!own) throw buildpackageInvalid(file, `its labels name no layer for ${main.id}`);
  const others = modules.filter((one) => one !== own && one.id !== RUNTIME_ID);
  const open = (one: ModuleLayer) => openModule(image, one, file);
  return [await open(own), ...(await Promise.all(others.map(open)))];
}

async function openModule(
  { layers }: Image,
  { id, version, layerDiffId }: ModuleLayer,
  file: string,
): Promise<BuildpackFolder> {
  const layer = layers.find(({ diffId }) => diffId === layerDiffId);
  if (!layer) throw buildpackageInvalid(file, `it has no layer for ${id} ${version}`);
  const folder = join(await layer.tree(), 'cnb/buildpacks', escapeId(id), version);
  const text = await readFile(join(folder, 'buildpack.toml'), 'utf8').catch(() => {
    throw buildpackageInvalid(file, `the layer of ${id} ${version} has no buildpack.toml`);
  });
  return { folder, descriptor: parseBuildpackToml(text, `${file}: buildpack.toml of ${id}`) };
}
