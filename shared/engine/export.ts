import type { Image } from '@dema/oci';
import { type BuildMetadata, EXIT } from '@dema/spec';
import type { Digest } from '@dema/store';
import type { Destination, PreviousImage } from './analyze.ts';
import { appImage } from './app-image.ts';
import { makeAppLayers } from './app-layers.ts';
import { type BuildCache, writeBuildCache } from './build-cache.ts';
import { isOfKit } from './builder.ts';
import { type BuiltLayers, makeBuildpackLayers, type NamedLayer } from './buildpack-layers.ts';
import type { BuiltBuildpack } from './built-buildpack.ts';
import { processTypeMissing } from './faults.ts';
import { keepLayers, type LayerToKeep } from './kept-layers.ts';
import { configEntries, launchMetadata, processTypeEntries } from './launch-metadata.ts';
import { launchWarnings } from './launch-warnings.ts';
import { makeLayer } from './layer-of-entries.ts';
import { layerOutcomes } from './layer-outcomes.ts';
import type { LifecycleMetadata } from './lifecycle-metadata.ts';
import type { PlacedFolder } from './placed-folders.ts';
import { makeSbomLayer } from './sbom-layer.ts';
import type { Session } from './session.ts';

export interface ExportRequest {
  reference: string;
  built: BuiltBuildpack[];
  placed: PlacedFolder[];
  previous?: PreviousImage;
  images: Destination;
  /** Instead of the default that buildpacks gave. */
  defaultProcess?: string;
  created?: string;
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
 * Makes the image: the run image's layers, then launch layers by buildpack and name, their SBOMs, the app with its slices,
 * launcher, launch configuration and process types (Platform specification, "Layers" and "Labels"), and keeps cached layers.
 */
export async function exportImage(session: Session, request: ExportRequest): Promise<ExportedImage> {
  const { built, images, reference, created } = request;
  const launch = launchMetadata(built);
  for (const warning of launchWarnings(built)) session.onEvent({ type: 'buildpack-warning', ...warning });
  const defaultType = chooseDefault(launch, request.defaultProcess);
  const parts = await makeParts(session, launch, request);
  explainLayers(session, built, parts);
  const layers = layersOf(parts);
  const metadata = metadataOf(session, parts);
  const image = appImage({
    builder: session.builder,
    execEnv: session.execEnv,
    layers,
    launch,
    metadata,
    defaultType,
    created,
  });
  await compressLayers(session, layers);
  const { digest } = await images.put(reference, image);
  session.onEvent({ type: 'image-named', reference, digest });
  await report(session, layers, request);
  await keepCachedLayers(session, request, parts);
  return {
    reference,
    digest,
    image,
    size: await compressedSize(image),
    processes: launch.processes.map(({ type }) => type),
    defaultProcess: defaultType,
  };
}

/** Side by side, as far as they are not compressed since an earlier build. */
async function compressLayers({ onEvent }: Session, layers: NamedLayer[]): Promise<void> {
  for (const { name, layer } of layers) onEvent({ type: 'layer-written', name, diffId: layer.diffId });
  let hasFailed = false;
  const compressing = layers.map(async ({ name, layer }) => {
    const { digest, size } = await layer.descriptor();
    // Those that are still under way when one fails come after the end of the build.
    if (!hasFailed) onEvent({ type: 'layer-compressed', name, diffId: layer.diffId, digest, size });
  });
  await Promise.all(compressing).catch((error: unknown) => {
    hasFailed = true;
    throw error;
  });
}

function chooseDefault(launch: BuildMetadata, asked: string | undefined): string | undefined {
  const types = launch.processes.map(({ type }) => type);
  if (asked !== undefined && !types.includes(asked)) throw processTypeMissing(asked, types, EXIT.export);
  return asked ?? launch.buildpackDefaultProcessType;
}

/** Buildpacks of our own kit tell of their layers while they build; of others it is told here. */
function explainLayers({ onEvent }: Session, built: BuiltBuildpack[], { buildpacks }: Parts): void {
  for (const [index, { descriptor, found, layers }] of built.entries()) {
    if (isOfKit(descriptor)) continue;
    const { metadata, cached = {} } = buildpacks[index] ?? {};
    const known = Object.entries({ ...cached, ...metadata?.layers });
    const shas = new Map(known.map(([name, { sha }]) => [name, sha]));
    const { id } = descriptor.buildpack;
    for (const outcome of layerOutcomes(found, layers, shas)) {
      onEvent({ type: 'layer-outcome', buildpack: id, ...outcome });
    }
  }
}

/** The layers that stand above those of the run image. */
interface Parts {
  buildpacks: BuiltLayers[];
  sbom: NamedLayer;
  app: NamedLayer[];
  launcher: NamedLayer;
  config: NamedLayer;
  processTypes?: NamedLayer;
}

async function makeParts(
  session: Session,
  launch: BuildMetadata,
  { built, placed, previous }: ExportRequest,
): Promise<Parts> {
  const { store, builder } = session;
  const [buildpacks, sbom, app] = await Promise.all([
    Promise.all(built.map((buildpack) => makeBuildpackLayers(session, buildpack, previous))),
    makeSbomLayer(session, built),
    makeAppLayers(session, launch.slices, placed),
  ]);
  const config = await makeLayer(store, configEntries(builder.buildImage, launch));
  const processTypes =
    launch.processes.length > 0 ? await makeLayer(store, processTypeEntries(launch.processes)) : undefined;
  return {
    buildpacks,
    sbom,
    app,
    launcher: { name: 'launcher', createdBy: 'Buildpacks Application Launcher', layer: builder.launcher.layer },
    config: { name: 'launch configuration', createdBy: 'Buildpacks Launcher Config', layer: config },
    processTypes: processTypes && { name: 'process types', createdBy: 'Buildpacks Process Types', layer: processTypes },
  };
}

function layersOf({ buildpacks, sbom, app, launcher, config, processTypes }: Parts): NamedLayer[] {
  const layers = [...buildpacks.flatMap(({ named }) => named), sbom, ...app, launcher, config];
  return processTypes ? [...layers, processTypes] : layers;
}

function metadataOf(session: Session, parts: Parts): LifecycleMetadata {
  return {
    app: parts.app.map(({ layer }) => ({ sha: layer.diffId })),
    sbom: { sha: parts.sbom.layer.diffId },
    buildpacks: parts.buildpacks.map(({ metadata }) => metadata),
    config: { sha: parts.config.layer.diffId },
    launcher: { sha: parts.launcher.layer.diffId },
    'process-types': { sha: parts.processTypes?.layer.diffId ?? '' },
    ...runImageMetadata(session),
  };
}

function runImageMetadata({ builder }: Session): Pick<LifecycleMetadata, 'runImage' | 'stack'> {
  const { reference, pinned, mirrors, image } = builder.runImage;
  const named = { image: reference, ...(mirrors.length > 0 ? { mirrors } : {}) };
  return {
    runImage: { topLayer: image.layers.at(-1)?.diffId ?? '', reference: pinned, ...named },
    stack: { runImage: named },
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
  { store, builder, execEnv }: Session,
  { reference, built }: ExportRequest,
  parts: Parts,
): Promise<void> {
  const { user: uid, group: gid } = builder.buildImage;
  const cache: BuildCache = { sbom: { sha: parts.sbom.layer.diffId }, owner: { uid, gid }, execEnv, buildpacks: [] };
  for (const [index, { metadata, cached }] of parts.buildpacks.entries()) {
    const contents = Object.entries(cached).flatMap(([name, { sha }]): LayerToKeep[] => {
      const found = built[index]?.layers.get(name)?.contents;
      return found ? [{ name, sha, path: found.path, isKept: found.keptSha !== undefined }] : [];
    });
    await keepLayers(store, contents);
    const { kept: sboms } = built[index]?.sboms ?? {};
    cache.buildpacks.push({ key: metadata.key, version: metadata.version, layers: cached, sboms });
  }
  await writeBuildCache(store, reference, cache);
}
