import { appendLayers, FIXED_TIME, type Image, type Layer, setConfig, setCreated, setLabels } from '@dema/oci';
import {
  type BuilderLabels,
  type BuildpackReference,
  type ModuleInfo,
  type ModuleLayer,
  parseMixins,
  type RunImageReference,
  renderBuilderLabels,
  type SystemBuildpacks,
} from '@dema/spec';
import type { Store } from '@dema/store';
import { LAYERS_DIR } from './builder.ts';
import { type BuilderFiles, createFileLayers, createFoldersLayer } from './builder-layers.ts';
import type { BuilderLifecycle } from './builder-lifecycle.ts';
import { type BuilderModule, moduleName } from './builder-module.ts';
import { checkBuilder } from './check-builder.ts';
import { describeModule } from './compose-buildpackage.ts';
import { resolveGroups, resolveReferences } from './resolve-groups.ts';

/** On builders without a lifecycle: who alone can build with them. */
export const SERVES_LABEL = 'io.dema.builder.serves';

/** What a builder image is made of. */
export interface BuilderParts {
  store: Store;
  /** How a person calls the builder, for faults. */
  name: string;
  description: string;
  /** Go's name of what it is for. */
  architecture: string;
  /** A build image: it names the user that builds (`CNB_USER_ID`, `CNB_GROUP_ID`). */
  base: Image;
  /** Each with the ones that it needs behind it, in the order of the definition. */
  buildpacks: BuilderModule[];
  extensions: BuilderModule[];
  order: BuildpackReference[][];
  orderExtensions: BuildpackReference[][];
  system: SystemBuildpacks;
  runImages: RunImageReference[];
  /** Of a definition with a `[stack]`; its run image is told old platforms in the label as well. */
  stack?: { id?: string; runImage?: RunImageReference };
  /** Without one only `dema` can build with the builder. */
  lifecycle?: BuilderLifecycle;
  buildConfig: BuilderFiles['buildConfig'];
  createdBy: { name: string; version: string };
  /** Besides those that every builder has. */
  labels: Record<string, string>;
}

/**
 * A builder as an image that platforms build with: layers and labels as pack has them. Same parts, same digest.
 * Faults: those of `checkBuilder`.
 */
export async function composeBuilder(parts: BuilderParts): Promise<Image> {
  const { store, base, lifecycle } = parts;
  const user = checkBuilder(parts);
  const modules = [
    ...inOrderOfLayers(parts.buildpacks, 'Buildpack'),
    ...inOrderOfLayers(parts.extensions, 'Extension'),
  ];
  const resolved = {
    order: resolveGroups(parts.order, { modules: parts.buildpacks, builder: parts.name }),
    orderExtensions: resolveGroups(parts.orderExtensions, { modules: parts.extensions, builder: parts.name }),
  };
  const layers = [
    await createFoldersLayer(store, user),
    ...(lifecycle ? [lifecycle.layer] : []),
    ...new Map(modules.map((layer) => [layer.diffId, layer])).values(),
    ...(await createFileLayers(store, { ...parts, order: resolved, system: resolveSystem(parts) })),
  ];
  const image = setCreated(setConfig(appendLayers(base, layers), { WorkingDir: LAYERS_DIR }), FIXED_TIME);
  return setLabels(image, {
    ...renderBuilderLabels(describeBuilder(parts)),
    ...(lifecycle ? {} : { [SERVES_LABEL]: 'dema' }),
    ...parts.labels,
  });
}

/** Platforms look for the folder of a version. */
function resolveSystem({ system: { pre, post }, buildpacks: modules, name: builder }: BuilderParts): SystemBuildpacks {
  const resolve = (side: BuildpackReference[]) => resolveReferences(side, { modules, builder, whose: '`[system]`' });
  return { pre: resolve(pre), post: resolve(post) };
}

function describeBuilder(parts: BuilderParts): BuilderLabels {
  const { base, buildpacks, extensions, stack, lifecycle } = parts;
  const labels = base.config.config?.Labels ?? {};
  return {
    ...parts,
    buildpacks: buildpacks.map(infoOf),
    extensions: extensions.map(infoOf),
    buildpackLayers: buildpacks.map(describeLayer),
    extensionLayers: extensions.map(describeLayer),
    stackRunImage: stack?.runImage,
    mixins: parseMixins({ labels, image: 'the build image' }),
    lifecycle: lifecycle?.info,
  };
}

function infoOf({ descriptor }: BuilderModule): ModuleInfo {
  return descriptor.buildpack;
}

function describeLayer(module: BuilderModule): ModuleLayer {
  return describeModule(module, module.layer);
}

/** By `id@version`, as pack sorts them; each says what it holds, wherever it comes from. */
function inOrderOfLayers(modules: BuilderModule[], kind: string): Layer[] {
  const sorted = modules.toSorted((a, b) => Buffer.compare(Buffer.from(moduleName(a)), Buffer.from(moduleName(b))));
  return sorted.map((module) => ({ ...module.layer, createdBy: `${kind}: ${moduleName(module)}` }));
}
