import { appendLayers, emptyImage, type Image, type Layer, setLabels } from '@dema/oci';
import {
  BUILDPACK_LAYERS_LABEL,
  BUILDPACKAGE_LABEL,
  type ModuleLayer,
  renderModuleLayers,
  renderPackageLabel,
} from '@dema/spec';
import type { Store } from '@dema/store';
import type { BuildpackFolder } from './builder.ts';
import { checkPackage } from './check-package.ts';
import { mergeStacks } from './merge-stacks.ts';
import { createModuleLayer } from './module-layer.ts';
import { moduleTwice } from './package-faults.ts';

export interface BuildpackageOptions {
  store: Store;
  platform: { architecture: string; variant?: string };
  /** What the package is of. */
  buildpack: BuildpackFolder;
  /** What it is composed of, and what it needs beside it in a builder. */
  others: BuildpackFolder[];
  /** Of the user. */
  labels?: Record<string, string>;
}

/**
 * A buildpack as an image that other platforms take it from (Distribution specification, "Buildpackage"): a layer and an entry in
 * the labels for each buildpack. Same folders, same digest. Faults: ENGINE_PACKAGE_*.
 */
export async function composeBuildpackage(options: BuildpackageOptions): Promise<Image> {
  const { store, platform, buildpack, labels, others } = options;
  checkPackage(
    buildpack.descriptor,
    others.map(({ descriptor }) => descriptor),
  );
  const modules = await Promise.all(
    [buildpack, ...others].map(async (one) => {
      const layer = await createModuleLayer(store, one);
      return { ...describeModule(one, layer), layer };
    }),
  );
  const distinct = withoutTwins(modules);
  const image = appendLayers(
    emptyImage({ os: 'linux', ...platform }),
    distinct.map(({ layer }) => layer),
  );
  const stacks = mergeStacks([buildpack, ...others].map(({ descriptor }) => descriptor));
  return setLabels(image, {
    ...labels,
    [BUILDPACKAGE_LABEL]: renderPackageLabel({ ...buildpack.descriptor.buildpack, stacks }),
    [BUILDPACK_LAYERS_LABEL]: renderModuleLayers(distinct),
  });
}

type LayeredModule = ModuleLayer & { layer: Layer };

/** How the labels describe the buildpack that a layer holds. */
export function describeModule({ descriptor }: BuildpackFolder, layer: Layer): ModuleLayer {
  const { api, buildpack, stacks, targets, order } = descriptor;
  const { id, version, name, homepage } = buildpack;
  return { id, version, api, stacks, targets, order, layerDiffId: layer.diffId, homepage, name };
}

/** What several dependencies brought along is in the package once. */
function withoutTwins(modules: LayeredModule[]): LayeredModule[] {
  const named = new Map<string, LayeredModule>();
  for (const one of modules) {
    const name = `${one.id}@${one.version}`;
    const twin = named.get(name);
    if (twin && twin.layerDiffId !== one.layerDiffId) throw moduleTwice(name);
    named.set(name, twin ?? one);
  }
  return [...named.values()];
}
