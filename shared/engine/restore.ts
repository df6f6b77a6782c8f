import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeId, renderRestoredLayerToml, renderRestoredStoreToml } from '@dema/spec';
import { removeTree } from '@dema/store';
import type { PreviousImage } from './analyze.ts';
import type { BuildCache } from './build-cache.ts';
import { type BuildpackFolder, isOfKit } from './builder.ts';
import { type SbomDocuments, writeLayerSboms } from './buildpack-sboms.ts';
import type { CachedContents } from './cached-contents.ts';
import { canOverlay } from './can-overlay.ts';
import { copyFolder } from './copy-folder.ts';
import type { LayersFolder } from './layers-folder.ts';
import type { LayerMetadata } from './lifecycle-metadata.ts';
import { planRestoration } from './plan-restoration.ts';
import { findLayerSboms, readSbomLayer } from './sbom-layer.ts';
import type { Session } from './session.ts';

export interface Kept {
  previous?: PreviousImage;
  cache?: BuildCache;
  /** Of the cache, by buildpack. */
  contents?: Map<string, CachedContents>;
  /** Restores what buildpacks keep in their `store.toml`, and nothing else. */
  skipLayers: boolean;
}

/** Puts back what earlier builds left: layers as `planRestoration` has it with the SBOMs of all of them, the buildpack's store. */
export async function restore(
  session: Session,
  buildpacks: BuildpackFolder[],
  kept: Kept,
): Promise<Map<BuildpackFolder, LayersFolder>> {
  const restored = new Map<BuildpackFolder, LayersFolder>();
  for (const buildpack of buildpacks) {
    const { id } = buildpack.descriptor.buildpack;
    const folder = await makeLayersFolder(session, id);
    const store = kept.previous?.metadata.buildpacks.find(({ key }) => key === id)?.store;
    if (store) {
      const text = renderRestoredStoreToml({ metadata: store.metadata ?? undefined });
      await writeFile(join(folder.path, 'store.toml'), text);
    }
    if (!kept.skipLayers) await restoreLayers(session, folder, buildpack, kept);
    restored.set(buildpack, folder);
  }
  return restored;
}

async function makeLayersFolder({ folders }: Session, id: string): Promise<LayersFolder> {
  const path = join(folders.layers, escapeId(id));
  const work = join(folders.overlay, 'work', escapeId(id));
  await mkdir(path);
  await mkdir(work, { recursive: true });
  return { id, path, work, restored: new Map(), refused: new Map() };
}

async function restoreLayers(
  session: Session,
  folder: LayersFolder,
  buildpack: BuildpackFolder,
  { previous, cache, contents }: Kept,
): Promise<void> {
  const { id } = folder;
  const inImage = previous?.metadata.buildpacks.find(({ key }) => key === id)?.layers ?? {};
  const { layers: cached = {}, sboms = {} } = cache?.buildpacks.find(({ key }) => key === id) ?? {};
  const found = contents?.get(id);
  const planned = planRestoration({ inImage, cached, findProblem: (name) => problemOf(found, name) });
  for (const one of planned) {
    if ('layer' in one) folder.restored.set(one.name, { sha: one.layer.sha, contents: one.contents });
    else {
      folder.refused.set(one.name, one.reason);
      session.onEvent({ type: 'layer-not-restored', buildpack: id, layer: one.name, reason: one.reason });
    }
  }
  const wanted = planned.filter((one) => 'layer' in one);
  if (found) await restoreContents(session, { folder, buildpack, cached, found });
  const documents = await findSboms(wanted, { id, previous, cache, sboms });
  for (const { name, layer, contents: isWhole } of wanted) {
    await writeLayer(folder.path, name, layer);
    await writeLayerSboms(folder.path, name, documents(name, isWhole), buildpack.descriptor);
    session.onEvent({ type: 'layer-restored', buildpack: id, layer: name, contents: isWhole });
  }
}

function problemOf(found: CachedContents | undefined, name: string): string | undefined {
  if (found === undefined) return 'its contents are no longer in the store';
  return found.damaged.has(name) ? 'its contents in the store were damaged' : undefined;
}

interface ContentsToRestore {
  folder: LayersFolder;
  buildpack: BuildpackFolder;
  cached: Record<string, LayerMetadata>;
  found: CachedContents;
}

async function restoreContents(session: Session, { folder, buildpack, cached, found }: ContentsToRestore) {
  const wanted = [...folder.restored].filter(([, { contents }]) => contents).map(([name]) => name);
  const isAll = wanted.length > 0 && wanted.length === Object.keys(cached).length;
  // Restored folders cannot be renamed in an overlay, only their copies can.
  if (isAll && isOfKit(buildpack.descriptor) && (await canOverlay(session)))
    folder.kept = { path: found.path, layers: cached };
  else await Promise.all(wanted.map((name) => copyFolder(join(found.path, name), join(folder.path, name))));
  // What the buildpack makes again has the same name in the store.
  if (found.damaged.size > 0) await removeTree(session.store.root, found.path);
}

interface SbomSources extends Pick<Kept, 'previous' | 'cache'> {
  id: string;
  sboms: Record<string, SbomDocuments>;
}

/** Documents of a layer: the cache has those of whole layers, and all others when the build that left it made the previous image. */
async function findSboms(
  wanted: { contents: boolean }[],
  { id, previous, cache, sboms }: SbomSources,
): Promise<(name: string, isWhole: boolean) => SbomDocuments | undefined> {
  const isSameBuild = cache !== undefined && cache.sbom?.sha === previous?.metadata.sbom?.sha;
  const isNeeded = previous && !isSameBuild && wanted.some(({ contents }) => !contents);
  const inImage = isNeeded ? await readSbomLayer(previous) : new Map<string, string>();
  return (name, isWhole) => (isWhole || isSameBuild ? sboms[name] : findLayerSboms(inImage, id, name));
}

/** Types are not restored: a buildpack says on every build what a layer is for. */
async function writeLayer(folder: string, name: string, { data }: LayerMetadata): Promise<void> {
  const metadata = (data ?? undefined) as Record<string, unknown> | undefined;
  await writeFile(join(folder, `${name}.toml`), renderRestoredLayerToml(metadata));
}
