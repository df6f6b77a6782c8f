import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BUILDPACK_LAYERS_LABEL, BUILDPACKAGE_LABEL, type BuildpackFolder, RUNTIME_ID } from '@dema/engine';
import { type Image, readArchive } from '@dema/oci';
import { escapeId, parseBuildpackToml } from '@dema/spec';
import type { Store } from '@dema/store';
import { buildpackageInvalid } from './faults.ts';

interface ModuleName {
  id: string;
  version: string;
}

/**
 * The buildpacks of a buildpackage, ours or one of pack: the one that it is of, then those that this is composed of. Our runtime is
 * left out, for the engine has it. Faults: OCI_ARCHIVE_INVALID, CLI_BUILDPACKAGE_INVALID.
 */
export async function openBuildpackage(store: Store, file: string): Promise<[BuildpackFolder, ...BuildpackFolder[]]> {
  const { image } = await readArchive(store, file);
  const labels = image.config.config?.Labels ?? {};
  const layers = readLabel<Record<string, Record<string, { layerDiffID: string }>>>(
    labels[BUILDPACK_LAYERS_LABEL],
    file,
  );
  const main = readLabel<ModuleName>(labels[BUILDPACKAGE_LABEL], file);
  const modules = Object.entries(layers).flatMap(([id, versions]) =>
    Object.entries(versions).map(([version, { layerDiffID }]) => ({ id, version, layerDiffID })),
  );
  const own = modules.find(({ id, version }) => id === main.id && version === main.version);
  if (!own) throw buildpackageInvalid(file, `its labels name no layer for ${main.id}`);
  const others = modules.filter((one) => one !== own && one.id !== RUNTIME_ID);
  const open = (one: (typeof modules)[number]) => openModule(image, one, file);
  return [await open(own), ...(await Promise.all(others.map(open)))];
}

async function openModule(
  { layers }: Image,
  { id, version, layerDiffID }: ModuleName & { layerDiffID: string },
  file: string,
): Promise<BuildpackFolder> {
  const layer = layers.find(({ diffId }) => diffId === layerDiffID);
  if (!layer || basename(version) !== version) throw buildpackageInvalid(file, `it has no layer for ${id} ${version}`);
  const folder = join(await layer.tree(), 'cnb/buildpacks', escapeId(id), version);
  const text = await readFile(join(folder, 'buildpack.toml'), 'utf8').catch(() => {
    throw buildpackageInvalid(file, `the layer of ${id} ${version} has no buildpack.toml`);
  });
  return { folder, descriptor: parseBuildpackToml(text, `${file}: buildpack.toml of ${id}`) };
}

function readLabel<T>(text: string | undefined, file: string): T {
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw buildpackageInvalid(file, 'it has not the labels of one');
  }
}
