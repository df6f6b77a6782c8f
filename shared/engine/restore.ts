import { constants } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { escapeId, renderRestoredLayerToml, renderStoreToml } from '@dema/spec';
import type { PreviousImage } from './analyze.ts';
import { type BuildCache, findCachedContents } from './build-cache.ts';
import type { BuildpackFolder } from './builder.ts';
import type { LayerMetadata } from './lifecycle-metadata.ts';
import type { Session } from './session.ts';

/**
 * Puts back what the specification's table says ("Layer Restoration"): contents and metadata of cached layers, metadata
 * alone of layers that only launch needs, the buildpack's store. Layers whose cached contents do not belong to the
 * previous image are left out.
 */
export async function restore(
  session: Session,
  buildpacks: BuildpackFolder[],
  previous: PreviousImage | undefined,
  cache: BuildCache | undefined,
): Promise<void> {
  for (const { descriptor } of buildpacks) {
    const { id } = descriptor.buildpack;
    const folder = join(session.folders.layers, escapeId(id));
    await mkdir(folder);
    const before = previous?.metadata.buildpacks.find(({ key }) => key === id);
    if (before?.store) await writeFile(join(folder, 'store.toml'), renderStoreToml(before.store));
    const inImage = before?.layers ?? {};
    const inCache = cache?.buildpacks.find(({ key }) => key === id)?.layers ?? {};
    for (const [name, layer] of Object.entries(inImage)) {
      if (!layer.launch || layer.build || layer.cache) continue;
      await writeLayer(folder, name, layer);
      session.onEvent({ type: 'layer-restored', buildpack: id, layer: name, contents: false });
    }
    await Promise.all(
      Object.entries(inCache).map(([name, layer]) => restoreCached(session, { id, folder, name, layer, inImage })),
    );
  }
}

interface CachedRestore {
  id: string;
  folder: string;
  name: string;
  layer: LayerMetadata;
  inImage: Record<string, LayerMetadata>;
}

async function restoreCached({ store, onEvent }: Session, { id, folder, name, layer, inImage }: CachedRestore) {
  const imageSha = inImage[name]?.sha;
  if (layer.launch && imageSha !== undefined && imageSha !== layer.sha) {
    onEvent({
      type: 'layer-not-restored',
      buildpack: id,
      layer: name,
      reason: 'the previous image has other contents',
    });
    return;
  }
  const contents = await findCachedContents(store, layer.sha);
  if (contents === undefined) {
    onEvent({
      type: 'layer-not-restored',
      buildpack: id,
      layer: name,
      reason: 'its contents are no longer in the store',
    });
    return;
  }
  await writeLayer(folder, name, layer);
  await cp(contents, join(folder, name), {
    recursive: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
  });
  onEvent({ type: 'layer-restored', buildpack: id, layer: name, contents: true });
}

/** Types are not restored: a buildpack says on every build what a layer is for. */
async function writeLayer(folder: string, name: string, { data }: LayerMetadata): Promise<void> {
  const metadata = (data ?? undefined) as Record<string, unknown> | undefined;
  await writeFile(join(folder, `${name}.toml`), renderRestoredLayerToml(metadata));
}
