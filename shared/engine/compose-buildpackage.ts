import { appendLayers, emptyImage, type Image, type Layer, setLabels } from '@dema/oci';
import {
  BUILDPACK_LAYERS_LABEL,
  BUILDPACKAGE_LABEL,
  type BuildpackDescriptor,
  type ModuleLayer,
  type PackageMetadata,
  renderModuleLayers,
  renderPackageLabel,
} from '@dema/spec';
import type { Store } from '@dema/store';
import type { BuildpackFolder } from './builder.ts';
import { createModuleLayer } from './module-layer.ts';

export interface BuildpackageOptions {
  store: Store;
  /** Go's name of it. */
  architecture: string;
  /** What the package is of. */
  buildpack: BuildpackFolder;
  /** What it needs beside it in a builder. */
  others: BuildpackFolder[];
}

/**
 * A buildpack as an image that other platforms take it from (Distribution specification, "Buildpackage"): a layer and an entry in
 * the labels for each buildpack. Same folders, same digest.
 */
export async function composeBuildpackage(options: BuildpackageOptions): Promise<Image> {
  const { store, architecture, buildpack, others } = options;
  const modules = await Promise.all(
    [buildpack, ...others].map(async (one) => ({ ...one, layer: await createModuleLayer(store, one) })),
  );
  const image = appendLayers(
    emptyImage({ os: 'linux', architecture }),
    modules.map(({ layer }) => layer),
  );
  return setLabels(image, {
    [BUILDPACKAGE_LABEL]: renderPackageLabel(packageMetadata(buildpack.descriptor)),
    [BUILDPACK_LAYERS_LABEL]: renderModuleLayers(modules.map((one) => describeModule(one, one.layer))),
  });
}

/** A buildpack that names no stack runs on any. */
function packageMetadata({ buildpack, stacks }: BuildpackDescriptor): PackageMetadata {
  return { ...buildpack, stacks: stacks.length > 0 ? stacks : [{ id: '*', mixins: [] }] };
}

/** How the labels describe the buildpack that a layer holds. */
export function describeModule({ descriptor }: BuildpackFolder, layer: Layer): ModuleLayer {
  const { api, buildpack, stacks, targets, order } = descriptor;
  const { id, version, name, homepage } = buildpack;
  return { id, version, api, stacks, targets, order, layerDiffId: layer.diffId, homepage, name };
}
