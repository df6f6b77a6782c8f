import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type TarEntry, writeTar } from '@dema/archive';
import { renderJson } from '@dema/spec';
import { asidePath, makeFolder, removeStaleAside } from '@dema/store';
import type { Descriptor } from './descriptor.ts';
import { asOutputFault, notAFile } from './faults.ts';
import type { ImageOrIndex } from './image-index.ts';
import { type LayoutFiles, layoutPath, makeLayoutFiles, REF_NAME } from './layout-files.ts';
import { dockerReference } from './reference.ts';

/** The name under which containerd, and so newer versions of Docker, import an image. */
const CONTAINERD_NAME = 'io.containerd.image.name';

/**
 * Writes the image, or the index with all its images, as one tar archive that is an OCI image layout and, by its `manifest.json`, an
 * archive of Docker's as well, so that every tool can load it: of an index the first image, where a tool knows none. Same image and reference, same bytes. The file appears whole; an earlier one is replaced.
 * Gives the descriptor of the manifest. Faults: OCI_OUTPUT_NOT_A_FILE, OCI_OUTPUT_FAILED.
 */
export async function writeArchive(
  file: string,
  found: ImageOrIndex,
  { reference }: { reference: string },
): Promise<Descriptor> {
  await checkArchiveTarget(file);
  const target = resolve(file);
  const aside = asidePath(target);
  try {
    await makeFolder(dirname(target));
    const layout = await makeLayoutFiles(found, {
      [CONTAINERD_NAME]: dockerReference(reference),
      [REF_NAME]: reference,
    });
    await writeFile(aside, writeTar(archiveEntries(layout, reference)));
    await rename(aside, target);
    await removeStaleAside(target);
    return layout.descriptor;
  } catch (error) {
    throw asOutputFault(file, error);
  } finally {
    await rm(aside, { force: true }).catch(() => undefined);
  }
}

/** Refuses what an archive would not replace, such as a folder, before anything is made. */
export async function checkArchiveTarget(file: string): Promise<void> {
  const found = await stat(resolve(file)).catch(() => undefined);
  if (found && !found.isFile()) throw notAFile(file);
}

/** What is small stands first, so that whoever looks for the names need not read the layers. */
function* archiveEntries({ files, images, manifests, blobs }: LayoutFiles, reference: string): Generator<TarEntry> {
  const docker = images.slice(0, 1).map(({ config, layers }) => ({
    Config: layoutPath(config.digest),
    RepoTags: [reference],
    Layers: layers.map(({ digest }) => layoutPath(digest)),
  }));
  for (const [name, text] of Object.entries({ ...files, 'manifest.json': renderJson(docker) })) {
    const content = Buffer.from(text);
    yield fileEntry(name, content.length, () => [content]);
  }
  for (const path of ['blobs', 'blobs/sha256']) yield { path, type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 };
  for (const { digest, size, read } of [...manifests, ...blobs]) yield fileEntry(layoutPath(digest), size, read);
}

function fileEntry(path: string, size: number, body: TarEntry['body']): TarEntry {
  return { path, type: 'file', mode: 0o644, uid: 0, gid: 0, size, body };
}
