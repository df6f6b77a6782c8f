import type { BuildpackFolder } from '@dema/engine';
import { chooseExactly, type Platform, platformOf, renderPlatform } from '@dema/oci';
import {
  type BuildpackDescriptor,
  type Configuration,
  listConfigurations,
  type ModuleInfo,
  parseModuleLayers,
  parsePackageLabel,
} from '@dema/spec';
import type { Digest } from '@dema/store';
import type { FoundImage } from './destination.ts';
import { findNamed } from './find-buildpack.ts';
import { listModules, type ShownMember, type ShownModule, showGroup } from './module-tree.ts';
import { openBuildpackage } from './open-buildpackage.ts';
import { findPackage, findSource } from './open-modules.ts';
import { listPlatforms } from './platform-option.ts';
import type { RegistryChoices } from './registry-destination.ts';
import type { Workplace } from './workplace.ts';

export interface InspectBuildpackOptions extends RegistryChoices {
  /** That has the buildpack, where it is named by its id. */
  builder: string;
  platform?: Platform;
  /** How many composite buildpacks inside of each other are taken apart; without it all. */
  depth?: number;
}

/** A buildpack, and where it is a package what else is in that. */
export interface InspectedBuildpack extends ModuleInfo {
  api: string;
  targets: BuildpackDescriptor['targets'];
  stacks: BuildpackDescriptor['stacks'];
  settings: Configuration[];
  /** Of a composite buildpack: groups in order of preference. */
  order?: ShownMember[][];
  /** Everything that a package holds. */
  buildpacks?: ShownModule[];
  /** Settings of what a composite one is composed of. */
  parts?: { id: string; version: string; settings: Configuration[] }[];
  image?: ShownImage;
}

interface ShownImage {
  reference: string;
  digest: Digest;
  platform: string;
  /** Of an index those that it has images for. */
  platforms?: string[];
  /** Compressed bytes of its layers. */
  size: number;
}

/** A buildpack wherever it is: in a builder, a folder, an archive, a layout, a registry, the image store. Faults as those of `openModules`. */
export async function inspectBuildpack(
  workplace: Workplace,
  text: string,
  { builder, depth = Number.POSITIVE_INFINITY, ...choices }: InspectBuildpackOptions,
): Promise<InspectedBuildpack> {
  const options = { ...choices, env: process.env };
  const named = await findNamed(workplace, text, builder);
  if ('held' in named) return describeSource(named.held, depth);
  const source = await findSource(workplace, named.place, options);
  if (source) return describeSource(source, depth);
  const found = await findPackage(workplace, named.place, options);
  await chooseExactly(found.found, found.name, choices.platform);
  return describePackage(found, depth);
}

function describeSource({ descriptor }: BuildpackFolder, depth: number): InspectedBuildpack {
  const { order } = descriptor;
  return {
    ...describeOne(descriptor),
    ...(order && { order: order.map((group) => showGroup(group, { modules: [], depth })) }),
  };
}

async function describePackage(found: FoundImage & { name: string }, depth: number): Promise<InspectedBuildpack> {
  const { image, name } = found;
  const [{ descriptor }, ...others] = await openBuildpackage(image, name, { withoutRuntime: true });
  const labelled = { labels: image.config.config?.Labels ?? {}, image: name };
  const modules = parseModuleLayers(labelled);
  const { order } = descriptor;
  return {
    ...describeOne(descriptor),
    stacks: parsePackageLabel(labelled)?.stacks ?? [],
    ...(order && { order: order.map((group) => showGroup(group, { modules, depth })) }),
    buildpacks: listModules(modules),
    ...(others.length > 0 && { parts: others.map(describePart) }),
    image: await describeImage(found),
  };
}

function describeOne(descriptor: BuildpackDescriptor): InspectedBuildpack {
  const { api, buildpack, targets, stacks, metadata } = descriptor;
  return { ...buildpack, api, targets, stacks, settings: listConfigurations(metadata) };
}

function describePart({ descriptor: { buildpack, metadata } }: BuildpackFolder) {
  return { id: buildpack.id, version: buildpack.version, settings: listConfigurations(metadata) };
}

async function describeImage({ image, digest, reference, found }: FoundImage): Promise<ShownImage> {
  const descriptors = await Promise.all(image.layers.map((layer) => layer.descriptor()));
  return {
    reference,
    digest,
    platform: renderPlatform(platformOf(image)),
    ...listPlatforms(found),
    size: descriptors.reduce((sum, { size }) => sum + size, 0),
  };
}
