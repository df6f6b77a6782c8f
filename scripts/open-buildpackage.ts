import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildpackFolder } from '@dema/engine';
import type { Image } from '@dema/oci';
import { escapeId, type ModuleLayer, parseBuildpackToml, parseModuleLayers, parsePackageLabel } from '@dema/spec';
import { buildpackageInvalid } from './faults.ts';

/**
 * The buildpacks of a buildpackage, ours or one of pack: the one that it is of, then the others in it. `name` is that of the
 * image, for people. Faults: SPEC_LABEL_INVALID, CLI_ARGUMENTS_INVALID.
 */
export async function openBuildpackage(image: Image, name: string): Promise<[BuildpackFolder, ...BuildpackFolder[]]> {
  const labelled = { labels: image.config.config?.Labels ?? {}, image: name };
  const main = parsePackageLabel(labelled);
  if (!main) throw buildpackageInvalid(name, 'it has not the labels of one');
  const modules = parseModuleLayers(labelled);
  const own = modules.find(({ id, version }) => id === main.id && version === main.version);
  if (!own) throw buildpackageInvalid(name, `its labels name no layer for ${main.id}`);
  const isAlone = (one: ModuleLayer) =>
    modules.filter(({ layerDiffId }) => layerDiffId === one.layerDiffId).length === 1;
  const open = (one: ModuleLayer) => openModule(image, one, { name, isAlone: isAlone(one) });
  return [await open(own), ...(await Promise.all(modules.filter((one) => one !== own).map(open)))];
}

async function openModule(
  { layers }: Image,
  { id, version, layerDiffId }: ModuleLayer,
  { name, isAlone }: { name: string; isAlone: boolean },
): Promise<BuildpackFolder> {
  const layer = layers.find(({ diffId }) => diffId === layerDiffId);
  if (!layer) throw buildpackageInvalid(name, `it has no layer for ${id} ${version}`);
  const folder = join(await layer.tree(), 'cnb/buildpacks', escapeId(id), version);
  const text = await readFile(join(folder, 'buildpack.toml'), 'utf8').catch(() => {
    throw buildpackageInvalid(name, `the layer of ${id} ${version} has no buildpack.toml`);
  });
  const descriptor = parseBuildpackToml(text, `${name}: buildpack.toml of ${id}`);
  return { folder, descriptor, ...(isAlone && { layer }) };
}
