import { createReadStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decompress, readTar, type TarEntry } from '@dema/archive';
import { type BuilderLifecycle, createLifecycleLayer, type LifecycleSource } from '@dema/engine';
import { isFault } from '@dema/errors';
import { folderEntries, type Image } from '@dema/oci';
import { parseBuilderLabels, parseLifecycleLabels } from '@dema/spec';
import { lifecycleMissing } from './builder-faults.ts';
import { downloadArchive } from './download-archive.ts';
import { checkReadable } from './readable-file.ts';
import { findSourceImage, parseSource, type SourcePlace } from './source-place.ts';
import { withArchiveNamed } from './with-archive-named.ts';

/** The first whose programs run on the architecture; that none does is told of the last. Faults as below. */
export async function openFittingLifecycle(uris: string[], place: SourcePlace): Promise<BuilderLifecycle> {
  const [uri = '', ...others] = uris;
  try {
    return await openLifecycle(uri, place);
  } catch (error) {
    if (others.length > 0 && isFault(error, 'ENGINE_LIFECYCLE_INVALID')) return openFittingLifecycle(others, place);
    throw error;
  }
}

/**
 * The official lifecycle by an address: an archive of a release, or that of a folder, an address of the web with its checksum
 * behind `#sha256=`, or an image of it. Faults: CLI_LIFECYCLE_MISSING, CLI_ARCHIVE_INVALID, CLI_FILE_UNREADABLE, ENGINE_LIFECYCLE_INVALID, FETCH_*, OCI_*.
 */
async function openLifecycle(uri: string, place: SourcePlace): Promise<BuilderLifecycle> {
  const { store } = place.workplace;
  const { architecture } = place;
  const source = { name: uri, architecture, ...(await openSource(uri, place)) };
  return withArchiveNamed(uri, () => createLifecycleLayer(store, source));
}

async function openSource(uri: string, place: SourcePlace): Promise<Pick<LifecycleSource, 'entries' | 'info'>> {
  const locator = parseSource(uri, place);
  if (locator.kind === 'url') return { entries: readArchive(await downloadArchive(place.workplace, uri, place)) };
  if (locator.kind === 'path' && !existsSync(join(locator.path, 'oci-layout'))) {
    await checkReadable(locator.path);
    const found = statSync(locator.path, { throwIfNoEntry: false });
    if (!found) throw lifecycleMissing(uri, place.folder);
    return { entries: found.isDirectory() ? readFolder(locator.path) : readArchive(locator.path) };
  }
  const image = await findSourceImage(locator, place);
  if (!image) throw lifecycleMissing(uri, place.folder);
  return { entries: readLayers(image.image), info: findInfo(image.image, uri) };
}

function readArchive(file: string): AsyncIterable<TarEntry> {
  return readTar(decompress(createReadStream(file)));
}

async function* readLayers({ layers }: Image): AsyncGenerator<TarEntry> {
  for (const layer of layers) yield* readTar(layer.read());
}

function readFolder(folder: string): AsyncIterable<TarEntry> {
  return folderEntries(folder, { prefix: '', uid: 0, gid: 0 });
}

/** Images of the lifecycle alone say it in labels of their own, builders in theirs. */
function findInfo({ config: { config } }: Image, image: string): LifecycleSource['info'] {
  const labelled = { labels: config?.Labels ?? {}, image };
  return parseLifecycleLabels(labelled) ?? parseBuilderLabels(labelled).lifecycle;
}
