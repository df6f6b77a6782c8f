import { join } from 'node:path';
import {
  BUILDPACKS_DIR,
  type BuildpackFolder,
  EXTENSIONS_DIR,
  followLinks,
  RUNTIME_ID,
  readOutput,
} from '@dema/engine';
import type { Image } from '@dema/oci';
import {
  BUILDPACK_LAYERS_LABEL,
  EXTENSION_LAYERS_LABEL,
  escapeId,
  type ModuleLayer,
  parseBuildpackToml,
  parseModuleLayers,
  parsePackageLabel,
} from '@dema/spec';
import { describeExtension } from './open-extension.ts';
import { buildpackageInvalid } from './package-faults.ts';

/** Image extensions are opened in the words of buildpacks. */
export type ModuleKind = 'buildpack' | 'extension';

export interface OpenPackageOptions {
  /** Without one buildpacks. */
  kind?: ModuleKind;
  /** Leaves our runtime where it is, which is large. */
  withoutRuntime?: boolean;
}

/** Where an image has modules of a kind. */
const PARTS = {
  buildpack: { label: BUILDPACK_LAYERS_LABEL, dir: BUILDPACKS_DIR, parse: parseBuildpackToml },
  extension: { label: EXTENSION_LAYERS_LABEL, dir: EXTENSIONS_DIR, parse: describeExtension },
} as const;

/**
 * The buildpacks of a buildpackage, ours or one of pack: the one that it is of, then the others in it. `name` is that of the
 * image, for people. Faults: SPEC_LABEL_INVALID, CLI_ARGUMENTS_INVALID.
 */
export async function openBuildpackage(
  image: Image,
  name: string,
  { kind = 'buildpack', withoutRuntime = false }: OpenPackageOptions = {},
): Promise<[BuildpackFolder, ...BuildpackFolder[]]> {
  const labelled = { labels: image.config.config?.Labels ?? {}, image: name };
  const main = parsePackageLabel(labelled);
  if (!main) throw buildpackageInvalid(name, 'it has not the labels of one');
  const modules = parseModuleLayers(labelled, PARTS[kind].label);
  const own = modules.find(({ id, version }) => id === main.id && version === main.version);
  if (!own) throw buildpackageInvalid(name, `its labels name no layer for ${main.id}`);
  const isAlone = (one: ModuleLayer) =>
    modules.filter(({ layerDiffId }) => layerDiffId === one.layerDiffId).length === 1;
  const open = (one: ModuleLayer) => openModule(image, one, { name, kind, isAlone: isAlone(one) });
  const others = modules.filter((one) => one !== own && !(withoutRuntime && one.id === RUNTIME_ID));
  return [await open(own), ...(await Promise.all(others.map(open)))];
}

async function openModule(
  { layers }: Image,
  { id, version, layerDiffId }: ModuleLayer,
  { name, kind, isAlone }: { name: string; kind: ModuleKind; isAlone: boolean },
): Promise<BuildpackFolder> {
  const layer = layers.find(({ diffId }) => diffId === layerDiffId);
  if (!layer) throw buildpackageInvalid(name, `it has no layer for ${id} ${version}`);
  const tree = await layer.tree();
  // Whoever made the package may have put links into it: they mean the package, wherever they lead.
  const at = async (path: string) => join(tree, await followLinks(path, [tree]));
  const path = join(PARTS[kind].dir, escapeId(id), version);
  const text = await readOutput(await at(`${path}/${kind}.toml`));
  if (text === undefined) throw buildpackageInvalid(name, `the layer of ${id} ${version} has no ${kind}.toml`);
  const descriptor = PARTS[kind].parse(text, `${name}: ${kind}.toml of ${id}`);
  return { folder: await at(path), descriptor, ...(isAlone && { layer }) };
}
