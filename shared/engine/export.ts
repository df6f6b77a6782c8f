import type { Image } from '@dema/oci';
import type { Digest } from '@dema/store';
import type { Destination, PreviousImage } from './analyze.ts';
import { appImage } from './app-image.ts';
import { makeAppLayers } from './app-layers.ts';
import type { BuiltBuildpack } from './build.ts';
import { type BuildCache, writeBuildCache } from './build-cache.ts';
import { type BuiltLayers, makeBuildpackLayers, type NamedLayer } from './buildpack-layers.ts';
import { keepLayers, type LayerToKeep } from './kept-layers.ts';
import { configEntries, launchMetadata, processTypeEntries } from './launch-metadata.ts';
import { makeLayer } from './layer-of-entries.ts';
import type { LifecycleMetadata } from './lifecycle-metadata.ts';
import type { Session } from './session.ts';

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
    ...runImageMetadata(session),
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

function runImageMetadata({ builder }: Session): Pick<LifecycleMetadata, 'runImage' | 'stack'> {
  const { reference, pinned, image } = builder.runImage;
  return {
    runImage: { topLayer: image.layers.at(-1)?.diffId ?? '', reference: pinned, image: reference },
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
