import { listBuiltIn } from '@dema/builders';
import { isFault } from '@dema/errors';
import { chooseExactly, type Image, type Platform, platformOf, renderPlatform, writeImage } from '@dema/oci';
import { type BuilderLabels, isBuilder, parseBuilderLabels } from '@dema/spec';
import type { Digest } from '@dema/store';
import { builtInNotMade, noBuilder } from './builder-faults.ts';
import { builtInName } from './built-in-name.ts';
import { findImageOrIndex, IN_REGISTRY } from './destination.ts';
import type { FoundContent } from './image-destination.ts';
import { listModules, type ShownMember, type ShownModule, showGroup } from './module-tree.ts';
import { listPlatforms } from './platform-option.ts';
import type { RegistryChoices } from './registry-destination.ts';
import { parseSource } from './source-place.ts';
import type { Workplace } from './workplace.ts';

/** A builder as its labels and its configuration tell it; nothing of its layers is read. */
export interface InspectedBuilder {
  reference: string;
  digest: Digest;
  platform: string;
  /** Of an index those that it has images for. */
  platforms?: string[];
  /** Compressed bytes of its layers, and how many there are. */
  size: number;
  layers: number;
  description: string;
  createdBy: BuilderLabels['createdBy'];
  stack?: string;
  distro?: { name: string; version: string };
  /** User and group that buildpacks run as. */
  user?: string;
  lifecycle?: BuilderLabels['lifecycle'];
  /** Who alone can build with it, where it says so. */
  serves?: string;
  runImages: BuilderLabels['runImages'];
  buildpacks: ShownModule[];
  extensions: ShownModule[];
  order: ShownMember[][];
  orderExtensions: ShownMember[][];
  system: { pre: ShownMember[]; post: ShownMember[] };
}

export interface InspectOptions extends RegistryChoices {
  platform?: Platform;
  /** How many composite buildpacks inside of each other are taken apart; without it all. */
  depth?: number;
}

/**
 * A builder of the image store, a layout, an archive or a registry, by whichever tool it was made. The name of a built-in builder
 * stands for what `dema builder create` makes of it. Faults: CLI_ARGUMENTS_INVALID, CLI_IMAGE_MISSING, SPEC_LABEL_INVALID, OCI_*.
 */
export async function inspectBuilder(
  workplace: Workplace,
  name: string,
  options: InspectOptions,
): Promise<InspectedBuilder> {
  const content = await findContent(workplace, name, options);
  const image = await chooseExactly(content.found, name, options.platform);
  const labels = image.config.config?.Labels ?? {};
  if (!isBuilder(labels)) throw noBuilder(name);
  const builder = parseBuilderLabels({ labels, image: name });
  const descriptors = await Promise.all(image.layers.map((layer) => layer.descriptor()));
  const { description, createdBy, lifecycle, runImages, stackId, system } = builder;
  const tree = { modules: builder.buildpackLayers, depth: options.depth ?? Number.POSITIVE_INFINITY };
  const extensionTree = { ...tree, modules: builder.extensionLayers };
  return {
    reference: content.reference,
    digest: (await writeImage(workplace.store, image)).manifest.digest,
    platform: renderPlatform(platformOf(image)),
    ...listPlatforms(content.found),
    size: descriptors.reduce((sum, { size }) => sum + size, 0),
    layers: image.layers.length,
    ...{ description, createdBy, stack: stackId, ...describeBase(image), lifecycle },
    serves: labels['io.dema.builder.serves'],
    runImages,
    buildpacks: listModules(builder.buildpackLayers),
    extensions: listModules(builder.extensionLayers),
    order: builder.order.map((group) => showGroup(group, tree)),
    orderExtensions: builder.orderExtensions.map((group) => showGroup(group, extensionTree)),
    system: { pre: showGroup(system.pre, tree), post: showGroup(system.post, tree) },
  };
}

/** In a registry first where the name begins with one, as a registry is what others build with. */
async function findContent(workplace: Workplace, text: string, choices: RegistryChoices): Promise<FoundContent> {
  const isBuiltIn = (await listBuiltIn()).includes(text);
  const name = isBuiltIn ? builtInName(text) : text;
  if (isBuiltIn && !(await workplace.images.findImageOrIndex(name))) throw builtInNotMade(text);
  const locator = parseSource(name, { folder: '.' });
  const inRegistry = `${IN_REGISTRY}${name}`;
  const isRegistryName = locator.kind === 'image' && locator.name === inRegistry;
  if (!isRegistryName) return findImageOrIndex(workplace, name, choices);
  try {
    return await findImageOrIndex(workplace, inRegistry, choices);
  } catch (error) {
    const stored = isFault(error) && (await workplace.images.findImageOrIndex(name));
    if (!stored) throw error;
    return { reference: name, ...stored, images: workplace.images };
  }
}

function describeBase({ config: { config } }: Image): Pick<InspectedBuilder, 'distro' | 'user'> {
  const labels = config?.Labels ?? {};
  const [name, version = ''] = ['name', 'version'].map((key) => labels[`io.buildpacks.base.distro.${key}`]);
  const [user, group] = ['CNB_USER_ID', 'CNB_GROUP_ID'].map((variable) => {
    return config?.Env?.find((one) => one.startsWith(`${variable}=`))?.slice(variable.length + 1);
  });
  return { ...(name && { distro: { name, version } }), ...(user && { user: `${user}:${group ?? ''}` }) };
}
