import type { ModuleInfo } from './buildpack-toml.ts';
import {
  BUILDPACK_LAYERS_LABEL,
  EXTENSION_LAYERS_LABEL,
  type ModuleLayer,
  parseModuleLayers,
  plainModule,
  readLabelledModule,
  renderModuleLayers,
} from './module-label.ts';
import { type BuildpackReference, plainGroups, readGroups } from './order.ts';
import { type LabelledImage, readLabel } from './read-label.ts';
import { renderJson } from './render-json.ts';
import { type RunImageReference, readRunImages } from './run-toml.ts';
import { readSides, type SystemBuildpacks } from './system-toml.ts';
import { findString, findStrings, findTable, readTables, type TomlTable } from './toml-place.ts';

export const BUILDER_LABEL = 'io.buildpacks.builder.metadata';
export const ORDER_LABEL = 'io.buildpacks.buildpack.order';
export const ORDER_EXTENSIONS_LABEL = 'io.buildpacks.buildpack.order-extensions';
export const SYSTEM_LABEL = 'io.buildpacks.buildpack.system';
export const STACK_LABEL = 'io.buildpacks.stack.id';
export const MIXINS_LABEL = 'io.buildpacks.stack.mixins';
/** On images of the lifecycle alone, and on builders of kpack. */
export const LIFECYCLE_VERSION_LABEL = 'io.buildpacks.lifecycle.version';
export const LIFECYCLE_APIS_LABEL = 'io.buildpacks.lifecycle.apis';

/** What the labels of a builder image say. The layers of its modules are those of `parseModuleLayers`. */
export interface BuilderLabels {
  description: string;
  buildpacks: ModuleInfo[];
  extensions: ModuleInfo[];
  buildpackLayers: ModuleLayer[];
  extensionLayers: ModuleLayer[];
  /** As the author of the builder wrote it: versions may be missing. */
  order: BuildpackReference[][];
  orderExtensions: BuildpackReference[][];
  system: SystemBuildpacks;
  /** The first is the one that is taken; none says nothing of `stackRunImage`. */
  runImages: RunImageReference[];
  /** What platforms before Platform API 0.12 take for the run image. */
  stackRunImage?: RunImageReference;
  /** Inherited from the build image. */
  stackId?: string;
  mixins: string[];
  /** Absent from a builder that holds none. */
  lifecycle?: LifecycleInfo;
  createdBy: { name: string; version: string };
}

/** The lifecycle of a builder: which APIs it can be driven with, and which buildpacks may declare. */
export interface LifecycleInfo {
  version: string;
  /** The lowest of each, which platforms read before there was `apis`. */
  api: { buildpack: string; platform: string };
  apis: { buildpack: ApiVersions; platform: ApiVersions };
}

export interface ApiVersions {
  deprecated: string[];
  supported: string[];
}

/** Whether an image says that it is a builder. */
export function isBuilder(labels: LabelledImage['labels']): boolean {
  return labels[BUILDER_LABEL] !== undefined && labels[BUILDPACK_LAYERS_LABEL] !== undefined;
}

/**
 * The labels of a builder, by pack, kpack or us. Absent, `null` and empty are the same (Go writes each of them somewhere).
 * Fault SPEC_LABEL_INVALID.
 */
export function parseBuilderLabels(labelled: LabelledImage): BuilderLabels {
  const read = <T>(label: string, reading: (document: TomlTable) => T) => readLabel(labelled, label, reading);
  return {
    ...read(BUILDER_LABEL, readMetadata),
    buildpackLayers: parseModuleLayers(labelled, BUILDPACK_LAYERS_LABEL),
    extensionLayers: parseModuleLayers(labelled, EXTENSION_LAYERS_LABEL),
    order: read(ORDER_LABEL, (document) => readGroups(document, 'value')),
    orderExtensions: read(ORDER_EXTENSIONS_LABEL, (document) => readGroups(document, 'value')),
    system: read(SYSTEM_LABEL, readSides),
    stackId: labelled.labels[STACK_LABEL] || undefined,
    mixins: parseMixins(labelled),
  };
}

/** What a stack image says that it holds besides its stack's own packages. Fault SPEC_LABEL_INVALID. */
export function parseMixins(labelled: LabelledImage): string[] {
  return readLabel(labelled, MIXINS_LABEL, (document) => findStrings(document, 'value') ?? []);
}

/** Every label of a builder but those of its build image, fields and their order as pack writes them. */
export function renderBuilderLabels(builder: BuilderLabels): Record<string, string> {
  const { order, orderExtensions, system, mixins } = builder;
  const hasSystem = system.pre.length > 0 || system.post.length > 0;
  return {
    [BUILDER_LABEL]: renderJson(plainMetadata(builder)),
    [BUILDPACK_LAYERS_LABEL]: renderModuleLayers(builder.buildpackLayers),
    [EXTENSION_LAYERS_LABEL]: renderModuleLayers(builder.extensionLayers),
    [ORDER_LABEL]: renderJson(orNull(plainGroups(order))),
    [ORDER_EXTENSIONS_LABEL]: renderJson(orNull(plainGroups(orderExtensions))),
    ...(hasSystem && { [SYSTEM_LABEL]: renderJson({ pre: plainSide(system.pre), post: plainSide(system.post) }) }),
    [MIXINS_LABEL]: renderJson(orNull(mixins)),
  };
}

/** The lifecycle of an image of the lifecycle alone, as kpack knows it; undefined for any other image. Fault SPEC_LABEL_INVALID. */
export function parseLifecycleLabels(labelled: LabelledImage): LifecycleInfo | undefined {
  const version = labelled.labels[LIFECYCLE_VERSION_LABEL];
  if (version === undefined || labelled.labels[LIFECYCLE_APIS_LABEL] === undefined) return undefined;
  return {
    version,
    api: readLabel(labelled, BUILDER_LABEL, (document) => readApi(findTable(document, 'api'))),
    apis: readLabel(labelled, LIFECYCLE_APIS_LABEL, readApis),
  };
}

function readMetadata(document: TomlTable) {
  const stack = findTable(document, 'stack');
  const createdBy = findTable(document, 'createdBy');
  const stackRunImage = readRunImage(stack && findTable(stack, 'runImage'));
  const runImages = readRunImages(document);
  return {
    description: findString(document, 'description') ?? '',
    buildpacks: readTables(document, 'buildpacks').map(readLabelledModule),
    extensions: readTables(document, 'extensions').map(readLabelledModule),
    runImages: runImages.length === 0 && stackRunImage ? [stackRunImage] : runImages,
    ...(stackRunImage && { stackRunImage }),
    lifecycle: readLifecycle(findTable(document, 'lifecycle')),
    createdBy: {
      name: (createdBy && findString(createdBy, 'name')) ?? '',
      version: (createdBy && findString(createdBy, 'version')) ?? '',
    },
  };
}

function readRunImage(table: TomlTable | undefined): RunImageReference | undefined {
  const image = table && findString(table, 'image');
  return table && image ? { image, mirrors: findStrings(table, 'mirrors') ?? [] } : undefined;
}

/** pack writes the table also where there is no lifecycle; then it names no version. */
function readLifecycle(table: TomlTable | undefined): LifecycleInfo | undefined {
  const version = table && findString(table, 'version');
  if (!table || !version) return undefined;
  return { version, api: readApi(findTable(table, 'api')), apis: readApis(findTable(table, 'apis')) };
}

function readApi(table: TomlTable | undefined): LifecycleInfo['api'] {
  const read = (key: string) => (table && findString(table, key)) ?? '';
  return { buildpack: read('buildpack'), platform: read('platform') };
}

function readApis(table: TomlTable | undefined): LifecycleInfo['apis'] {
  const read = (key: string) => {
    const versions = table && findTable(table, key);
    return {
      deprecated: (versions && findStrings(versions, 'deprecated')) ?? [],
      supported: (versions && findStrings(versions, 'supported')) ?? [],
    };
  };
  return { buildpack: read('buildpack'), platform: read('platform') };
}

function plainMetadata(builder: BuilderLabels): object {
  const { description, buildpacks, extensions, lifecycle, createdBy, runImages, stackRunImage } = builder;
  return {
    description,
    buildpacks: orNull(buildpacks.map(plainModule)),
    extensions: orNull(extensions.map(plainModule)),
    stack: { runImage: plainRunImage(stackRunImage ?? { image: '', mirrors: [] }) },
    lifecycle: {
      version: lifecycle?.version ?? null,
      api: lifecycle?.api ?? { buildpack: '', platform: '' },
      apis: {
        buildpack: plainApis(lifecycle?.apis.buildpack),
        platform: plainApis(lifecycle?.apis.platform),
      },
    },
    createdBy: { name: createdBy.name, version: createdBy.version },
    images: orNull(runImages.map(plainRunImage)),
  };
}

function plainApis({ deprecated, supported }: ApiVersions = { deprecated: [], supported: [] }): object {
  return { deprecated, supported };
}

function plainRunImage({ image, mirrors }: RunImageReference): object {
  return { image, mirrors: orNull(mirrors) };
}

function plainSide(buildpacks: readonly BuildpackReference[]): object {
  const [{ group } = { group: [] }] = plainGroups([buildpacks]) as { group: object[] }[];
  return { buildpacks: group.length > 0 ? group : undefined };
}

/** Go writes a list without elements as `null` when nobody made one. */
function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length > 0 ? list : null;
}
