import type { TarEntry } from '@dema/archive';
import { appendLayers, createLayer, emptyImage, folderEntries, type Image, type Layer, setLabels } from '@dema/oci';
import { type BuildpackDescriptor, escapeId, renderJson } from '@dema/spec';
import type { Store } from '@dema/store';
import { BUILDPACKS_DIR, type BuildpackFolder } from './builder.ts';

/** Labels of a buildpackage, as pack writes them. */
export const BUILDPACKAGE_LABEL = 'io.buildpacks.buildpackage.metadata';
export const BUILDPACK_LAYERS_LABEL = 'io.buildpacks.buildpack.layers';

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
    [BUILDPACKAGE_LABEL]: renderJson(describePackage(buildpack.descriptor)),
    [BUILDPACK_LAYERS_LABEL]: renderJson(describeModules(modules)),
  });
}

async function createModuleLayer(store: Store, { folder, descriptor }: BuildpackFolder): Promise<Layer> {
  const { id, version } = descriptor.buildpack;
  const parent = `${BUILDPACKS_DIR}/${escapeId(id)}`;
  const root = { uid: 0, gid: 0 };
  const entries = folderEntries(folder, {
    prefix: `${parent}/${version}`,
    ...root,
    parents: [{ path: parent, mode: 0o755, ...root }],
  });
  return createLayer(store, withPlainModes(entries), { createdBy: `Buildpack: ${id}@${version}` });
}

/** Whatever the umask of who made the folder. */
async function* withPlainModes(entries: AsyncIterable<TarEntry>): AsyncGenerator<TarEntry> {
  for await (const entry of entries) {
    const isOpen = entry.type === 'directory' || (entry.mode & 0o111) !== 0;
    yield { ...entry, mode: isOpen ? 0o755 : 0o644 };
  }
}

function describePackage({ buildpack, stacks }: BuildpackDescriptor): object {
  const { id, name, version, description, homepage, keywords, execEnv, licenses, clearEnv } = buildpack;
  return {
    id,
    name,
    version,
    description,
    homepage,
    ...(keywords.length > 0 && { keywords }),
    ...(execEnv.length > 0 && { 'exec-env': execEnv }),
    ...(licenses.length > 0 && { licenses: licenses.map(({ type = '', uri = '' }) => ({ Type: type, URI: uri })) }),
    ...(clearEnv && { 'clear-env': clearEnv }),
    stacks: stacks.length > 0 ? stacks.map(describeStack) : [{ id: '*' }],
  };
}

function describeModules(modules: (BuildpackFolder & { layer: Layer })[]): object {
  const described: Record<string, Record<string, object>> = {};
  for (const { descriptor, layer } of modules) {
    const { api, buildpack, stacks, targets, order } = descriptor;
    const { id, version, name, homepage } = buildpack;
    described[id] = {
      ...described[id],
      [version]: {
        api,
        ...(stacks.length > 0 && { stacks: stacks.map(describeStack) }),
        ...(targets.length > 0 && { targets: targets.map(describeTarget) }),
        ...(order && { order: order.map((group) => ({ group })) }),
        layerDiffID: layer.diffId,
        homepage,
        name,
      },
    };
  }
  return described;
}

function describeStack({ id, mixins }: { id: string; mixins: string[] }): object {
  return { id, ...(mixins.length > 0 && { mixins }) };
}

function describeTarget({ os = '', arch = '', variant, distros }: BuildpackDescriptor['targets'][number]): object {
  return { os, arch, variant, ...(distros.length > 0 && { distros }) };
}
