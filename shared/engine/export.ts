import { createHash } from 'node:crypto';
import { comparePaths, type TarEntry, writeTar } from '@dema/archive';
import { createLayer, findLayer, folderEntries, type Image, type Layer } from '@dema/oci';
import { escapeId, sortKeys } from '@dema/spec';
import type { Digest, Store } from '@dema/store';
import type { Destination, PreviousImage } from './analyze.ts';
import { appImage } from './app-image.ts';
import type { BuiltBuildpack, BuiltLayer } from './build.ts';
import { type BuildCache, writeBuildCache } from './build-cache.ts';
import { APP_DIR, LAYERS_DIR } from './builder.ts';
import { cachedContentMissing } from './faults.ts';
import { keepLayers, type LayerToKeep } from './kept-layers.ts';
import { configEntries, launchMetadata, processTypeEntries } from './launch-metadata.ts';
import type { BuildpackLayers, LayerMetadata, LifecycleMetadata } from './lifecycle-metadata.ts';
import type { Session } from './session.ts';
import { divideIntoSlices } from './slices.ts';

export interface ExportRequest {
  reference: string;
  built: BuiltBuildpack[];
  previous?: PreviousImage;
  images: Destination;
}

export interface ExportedImage {
  reference: string;
  digest: Digest;
  image: Image;
  /** Bytes of all layers, compressed. */
  size: number;
  processes: string[];
  defaultProcess?: string;
}

/** A layer of the finished image with the name that the log and the history have for it. */
export interface NamedLayer {
  name: string;
  createdBy: string;
  layer: Layer;
}

/**
 * Makes the image: the run image's layers, then launch layers by buildpack and name, the app with its slices, launcher,
 * launch configuration and process types (Platform specification, "Layers" and "Labels"), and keeps cached layers.
 */
export async function exportImage(session: Session, request: ExportRequest): Promise<ExportedImage> {
  const { built, previous, images, reference } = request;
  const launch = launchMetadata(built);
  const [buildpackLayers, appLayers] = await Promise.all([
    Promise.all(built.map((buildpack) => makeBuildpackLayers(session, buildpack, previous))),
    makeAppLayers(session, launch.slices),
  ]);
  const { launcher } = session.builder;
  const config = await makeLayer(session.store, configEntries(session.builder.buildImage, launch));
  const processes =
    launch.processes.length > 0 ? await makeLayer(session.store, processTypeEntries(launch.processes)) : undefined;
  const layers: NamedLayer[] = [
    ...buildpackLayers.flatMap(({ named }) => named),
    ...appLayers,
    { name: 'launcher', createdBy: 'Buildpacks Application Launcher', layer: launcher.layer },
    { name: 'launch configuration', createdBy: 'Buildpacks Launcher Config', layer: config },
    ...(processes ? [{ name: 'process types', createdBy: 'Buildpacks Process Types', layer: processes }] : []),
  ];
  const metadata: LifecycleMetadata = {
    app: appLayers.map(({ layer }) => ({ sha: layer.diffId })),
    buildpacks: buildpackLayers.map(({ metadata }) => metadata),
    config: { sha: config.diffId },
    launcher: { sha: launcher.layer.diffId },
    'process-types': { sha: processes?.diffId ?? '' },
    ...(await runImageMetadata(session)),
  };
  const image = appImage({ builder: session.builder, layers, launch, metadata });
  const { digest } = await images.put(reference, image);
  await report(session, layers, request);
  await keepCachedLayers(session, reference, built, buildpackLayers);
  return {
    reference,
    digest,
    image,
    size: await compressedSize(image),
    processes: launch.processes.map(({ type }) => type),
    defaultProcess: launch.buildpackDefaultProcessType,
  };
}

interface BuiltLayers {
  named: NamedLayer[];
  /** For the label: layers for launch alone, since others (a package manager's cache, say) need not be reproducible. */
  metadata: BuildpackLayers;
  cached: Record<string, LayerMetadata>;
}

async function makeBuildpackLayers(
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
    const data = Object.keys(metadata).length > 0 ? sortKeys(metadata) : null;
    if (launch) layers[name] = { sha, data, build, launch, cache };
    if (cache) cached[name] = { sha, data, build, launch, cache };
    const createdBy = `Layer: '${name}', Created by buildpack: ${id}@${version}`;
    if (layer) named.push({ name: `${id}:${name}`, createdBy, layer });
  }
  return { named, metadata: { key: id, version, layers, ...(built.store ? { store: built.store } : {}) }, cached };
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
  const parent = `${LAYERS_DIR}/${escapeId(id)}`;
  const parents = [LAYERS_DIR, parent].map((path) => ({ path, mode: 0o755, uid, gid }));
  const entries = () => folderEntries(contents.path, { prefix: `${parent}/${name}`, uid, gid, parents });
  const sha = contents.keptSha ?? (await hashLayer(entries()));
  if (!launch) return { sha };
  return { sha, layer: (await findLayer(store, sha)) ?? (await createLayer(store, entries())) };
}

/** The layer of the previous image, for a buildpack that keeps it without its contents (`launch = true` and no folder). */
function keptLayer(previous: PreviousImage | undefined, id: string, name: string): Layer {
  const sha = previous?.metadata.buildpacks.find(({ key }) => key === id)?.layers[name]?.sha;
  const layer = previous?.image.layers.find(({ diffId }) => diffId === sha);
  if (layer === undefined) throw cachedContentMissing(id, name);
  return layer;
}

async function makeAppLayers(session: Session, slices: { paths: string[] }[]): Promise<NamedLayer[]> {
  const { user: uid, group: gid } = session.builder.buildImage;
  const entries: TarEntry[] = [];
  for await (const entry of folderEntries(session.folders.app, { prefix: APP_DIR, uid, gid })) entries.push(entry);
  entries.sort((a, b) => comparePaths(a.path, b.path));
  const divided = divideIntoSlices(entries, slices);
  return Promise.all(
    divided.map(async (part, index) => {
      const isRemainder = index === divided.length - 1;
      const createdBy = isRemainder && slices.length === 0 ? 'Application Layer' : `Application Slice: ${index + 1}`;
      const name = isRemainder ? 'app' : `app: ${slices[index]?.paths.join(', ')}`;
      return { name, createdBy, layer: await makeLayer(session.store, () => part) };
    }),
  );
}

type Entries = () => AsyncIterable<TarEntry> | Iterable<TarEntry>;

/** Hashes first: an unchanged layer, the usual case, is then known to the store and nothing is written. */
async function makeLayer(store: Store, entries: Entries): Promise<Layer> {
  const known = await findLayer(store, await hashLayer(entries()));
  return known ?? createLayer(store, entries());
}

async function hashLayer(entries: AsyncIterable<TarEntry> | Iterable<TarEntry>): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of writeTar(entries)) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}

async function runImageMetadata({ builder }: Session): Promise<Pick<LifecycleMetadata, 'runImage' | 'stack'>> {
  const { reference, image } = builder.runImage;
  const topLayer = image.layers.at(-1)?.diffId ?? '';
  return {
    runImage: { topLayer, reference: builder.runImage.pinned, image: reference },
    stack: { runImage: { image: reference } },
  };
}

async function report({ builder, onEvent }: Session, layers: NamedLayer[], { previous }: ExportRequest): Promise<void> {
  const before = new Set(previous?.image.layers.map(({ diffId }) => diffId));
  const base = builder.runImage.image.layers.map((layer) => ({ name: 'base image', layer }));
  for (const { name, layer } of [...base, ...layers]) {
    const { size } = await layer.descriptor();
    onEvent({ type: 'layer-exported', name, diffId: layer.diffId, size, reused: before.has(layer.diffId) });
  }
}

async function compressedSize(image: Image): Promise<number> {
  const descriptors = await Promise.all(image.layers.map((layer) => layer.descriptor()));
  return descriptors.reduce((sum, { size }) => sum + size, 0);
}

async function keepCachedLayers(
  { store }: Session,
  reference: string,
  built: BuiltBuildpack[],
  layers: BuiltLayers[],
): Promise<void> {
  const cache: BuildCache = { buildpacks: [] };
  for (const [index, { metadata, cached }] of layers.entries()) {
    const contents = Object.entries(cached).flatMap(([name, { sha }]): LayerToKeep[] => {
      const found = built[index]?.layers.get(name)?.contents;
      return found ? [{ name, sha, path: found.path, isKept: found.keptSha !== undefined }] : [];
    });
    await keepLayers(store, contents);
    cache.buildpacks.push({ key: metadata.key, version: metadata.version, layers: cached });
  }
  await writeBuildCache(store, reference, cache);
}
