import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeId, renderRestoredLayerToml, renderRestoredStoreToml } from '@dema/spec';
import type { PreviousImage } from './analyze.ts';
import type { BuildCache } from './build-cache.ts';
import type { BuildpackFolder } from './builder.ts';
import { type SbomDocuments, writeLayerSboms } from './buildpack-sboms.ts';
import { canOverlay } from './can-overlay.ts';
import { copyFolder } from './copy-folder.ts';
import { findKeptLayers } from './kept-layers.ts';
import type { LayersFolder } from './layers-folder.ts';
import type { LayerMetadata } from './lifecycle-metadata.ts';
import { findLayerSboms, readSbomLayer } from './sbom-layer.ts';
import type { Session } from './session.ts';

export interface Kept {
  previous?: PreviousImage;
  cache?: BuildCache;
  /** Restores what buildpacks keep in their `store.toml`, and nothing else. */
  skipLayers: boolean;
}

type Layers = Record<string, LayerMetadata>;

/**
 * Puts back what the specification's table says ("Layer Restoration"): contents and metadata of cached layers, metadata
 * alone of layers that only launch needs, the SBOMs of all of them, the buildpack's store. Layers whose cached contents do
 * not belong to the previous image are left out.
 */
export async function restore(
  session: Session,
  buildpacks: BuildpackFolder[],
  { previous, cache, skipLayers }: Kept,
): Promise<Map<BuildpackFolder, LayersFolder>> {
  const restored = new Map<BuildpackFolder, LayersFolder>();
  for (const buildpack of buildpacks) {
    const { id } = buildpack.descriptor.buildpack;
    const before = previous?.metadata.buildpacks.find(({ key }) => key === id);
    const { layers: cached = {}, sboms = {} } = cache?.buildpacks.find(({ key }) => key === id) ?? {};
    const folder = await makeLayersFolder(session, id);
    if (before?.store)
      await writeFile(
        join(folder.path, 'store.toml'),
        renderRestoredStoreToml({ metadata: before.store.metadata ?? undefined }),
      );
    restored.set(buildpack, folder);
    if (skipLayers) continue;
    const inImage = before?.layers ?? {};
    if (previous) {
      const known = cache?.sbom?.sha === previous.metadata.sbom?.sha ? sboms : undefined;
      await restoreMetadata(session, folder, { previous, inImage, known });
    }
    await restoreContents(session, { folder, buildpack, cached, sboms, inImage });
  }
  return restored;
}

async function makeLayersFolder({ folders }: Session, id: string): Promise<LayersFolder> {
  const path = join(folders.layers, escapeId(id));
  const work = join(folders.overlay, 'work', escapeId(id));
  await mkdir(path);
  await mkdir(work, { recursive: true });
  return { id, path, work };
}

interface MetadataToRestore {
  previous: PreviousImage;
  inImage: Layers;
  /** SBOMs of the previous image's layers, when the build before this one made that image. */
  known: Record<string, SbomDocuments> | undefined;
}

async function restoreMetadata(
  { onEvent }: Session,
  { id, path }: LayersFolder,
  { previous, inImage, known }: MetadataToRestore,
): Promise<void> {
  const wanted = Object.entries(inImage).filter(([, { launch, build, cache }]) => launch && !build && !cache);
  const documents = known || wanted.length === 0 ? new Map<string, string>() : await readSbomLayer(previous);
  for (const [name, layer] of wanted) {
    await writeLayer(path, name, layer);
    await writeLayerSboms(path, name, known ? known[name] : findLayerSboms(documents, id, name));
    onEvent({ type: 'layer-restored', buildpack: id, layer: name, contents: false });
  }
}

interface ContentsToRestore {
  folder: LayersFolder;
  buildpack: BuildpackFolder;
  cached: Layers;
  sboms: Record<string, SbomDocuments>;
  inImage: Layers;
}

async function restoreContents(session: Session, { folder, buildpack, cached, sboms, inImage }: ContentsToRestore) {
  const { store, onEvent } = session;
  if (Object.keys(cached).length === 0) return;
  const kept = await findKeptLayers(store, cached);
  const refusals = Object.entries(cached).map(([name, layer]) => ({
    name,
    layer,
    reason: whyNot(layer, inImage[name], kept),
  }));
  for (const { name, reason } of refusals) {
    if (reason) onEvent({ type: 'layer-not-restored', buildpack: folder.id, layer: name, reason });
  }
  const wanted = refusals.filter(({ reason }) => reason === undefined);
  if (kept === undefined || wanted.length === 0) return;
  if (wanted.length === refusals.length && isOverlayWanted(buildpack) && (await canOverlay(session)))
    folder.kept = { path: kept, layers: cached };
  else await Promise.all(wanted.map(({ name }) => copyFolder(join(kept, name), join(folder.path, name))));
  for (const { name, layer } of wanted) {
    await writeLayer(folder.path, name, layer);
    await writeLayerSboms(folder.path, name, sboms[name]);
    onEvent({ type: 'layer-restored', buildpack: folder.id, layer: name, contents: true });
  }
}

function whyNot(
  layer: LayerMetadata,
  inImage: LayerMetadata | undefined,
  kept: string | undefined,
): string | undefined {
  if (kept === undefined) return 'its contents are no longer in the store';
  const isOther = layer.launch && inImage !== undefined && inImage.sha !== layer.sha;
  return isOther ? 'the previous image has other contents' : undefined;
}

/**
 * Restored folders cannot be renamed in an overlay, only their copies can. Buildpacks of our own kit do not do that and
 * say so in their descriptor; all others get copies.
 */
function isOverlayWanted({ descriptor }: BuildpackFolder): boolean {
  return descriptor.metadata['restored-layers'] === 'overlay';
}

/** Types are not restored: a buildpack says on every build what a layer is for. */
async function writeLayer(folder: string, name: string, { data }: LayerMetadata): Promise<void> {
  const metadata = (data ?? undefined) as Record<string, unknown> | undefined;
  await writeFile(join(folder, `${name}.toml`), renderRestoredLayerToml(metadata));
}
