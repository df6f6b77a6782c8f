import type { TarEntry } from '@dema/archive';
import { createLayer, findLayer, folderEntries, type Layer } from '@dema/oci';
import { escapeId, sortKeys } from '@dema/spec';
import type { Digest } from '@dema/store';
import type { PreviousImage } from './analyze.ts';
import { LAYERS_DIR } from './builder.ts';
import type { BuiltBuildpack, BuiltLayer } from './built-buildpack.ts';
import { cachedContentMissing } from './faults.ts';
import { hashLayer } from './layer-of-entries.ts';
import type { BuildpackLayers, LayerMetadata } from './lifecycle-metadata.ts';
import type { Session } from './session.ts';

/** A layer of the finished image with the name that the log and the history have for it. */
export interface NamedLayer {
  name: string;
  createdBy: string;
  layer: Layer;
}

export interface BuiltLayers {
  named: NamedLayer[];
  /** For the label: layers for launch alone, since others (a package manager's cache, say) need not be reproducible. */
  metadata: BuildpackLayers;
  cached: Record<string, LayerMetadata>;
}

/** Layers in the order of their names; those for launch go into the image, those for the cache are kept. */
export async function makeBuildpackLayers(
  session: Session,
  built: BuiltBuildpack,
  previous: PreviousImage | undefined,
): Promise<BuiltLayers> {
  const { id, version } = built.descriptor.buildpack;
  const exported = [...built.layers].filter(([, { launch, cache }]) => launch || cache);
  const made = await Promise.all(
    exported.map(([name, layer]) => makeBuildpackLayer(session, { id, name, layer, previous })),
  );
  const named: NamedLayer[] = [];
  const layers: Record<string, LayerMetadata> = {};
  const cached: Record<string, LayerMetadata> = {};
  for (const [index, [name, { launch, build, cache, metadata }]] of exported.entries()) {
    const { sha, layer } = made[index] ?? {};
    if (sha === undefined) continue;
    const data = metadata ? sortKeys(metadata) : null;
    if (launch) layers[name] = { sha, data, build, launch, cache };
    if (cache) cached[name] = { sha, data, build, launch, cache };
    const createdBy = `Layer: '${name}', Created by buildpack: ${id}@${version}`;
    if (layer) named.push({ name: `${id}:${name}`, createdBy, layer });
  }
  return {
    named,
    metadata: {
      key: id,
      version,
      layers,
      ...(built.store && { store: { metadata: sortKeys(built.store.metadata) ?? null } }),
    },
    cached,
  };
}

interface LayerToMake {
  id: string;
  name: string;
  layer: BuiltLayer;
  previous: PreviousImage | undefined;
}

/** A layer for launch is made, or taken as it was; of one that only the cache keeps the digest is enough. */
async function makeBuildpackLayer(
  { store, builder }: Session,
  { id, name, layer: { launch, contents }, previous }: LayerToMake,
): Promise<{ sha: Digest; layer?: Layer }> {
  if (contents === undefined) {
    const layer = keptLayer(previous, id, name);
    return { sha: layer.diffId, layer };
  }
  const { user: uid, group: gid } = builder.buildImage;
  const entries = () => buildpackLayerEntries({ path: contents.path, id, name, owner: { uid, gid } });
  const sha = contents.keptSha ?? (await hashLayer(entries()));
  if (!launch) return { sha };
  return { sha, layer: (await findLayer(store, sha)) ?? (await createLayer(store, entries())) };
}

/** Whose the files of a layer are in its archive. */
export interface LayerOwner {
  uid: number;
  gid: number;
}

interface LayerFolder {
  path: string;
  /** Of the buildpack. */
  id: string;
  name: string;
  owner: LayerOwner;
}

/** The archive of a layer that a buildpack made. */
export function buildpackLayerEntries({ path, id, name, owner }: LayerFolder): AsyncIterable<TarEntry> {
  const parent = `${LAYERS_DIR}/${escapeId(id)}`;
  const parents = [LAYERS_DIR, parent].map((above) => ({ path: above, mode: 0o755, ...owner }));
  return folderEntries(path, { prefix: `${parent}/${name}`, ...owner, parents });
}

/** The layer of the previous image, for a buildpack that keeps it without its contents (`launch = true` and no folder). */
function keptLayer(previous: PreviousImage | undefined, id: string, name: string): Layer {
  const sha = previous?.metadata.buildpacks.find(({ key }) => key === id)?.layers[name]?.sha;
  const layer = previous?.image.layers.find(({ diffId }) => diffId === sha);
  if (layer === undefined) throw cachedContentMissing(id, name);
  return layer;
}
