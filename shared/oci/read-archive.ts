import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import { decompress, readBody, readTar, type TarEntry } from '@dema/archive';
import { isFault } from '@dema/errors';
import { type Digest, digestOf, isDigest, type Store } from '@dema/store';
import type { Descriptor } from './descriptor.ts';
import { invalidArchive } from './faults.ts';
import { findContent, type LayoutSource, type NamedContent } from './find-content.ts';
import type { Image } from './image.ts';
import { chooseImage } from './image-index.ts';
import { storedLayer } from './layer.ts';
import { layoutPath } from './layout-files.ts';
import { noteOriginal } from './original.ts';
import { parseConfig, parseManifest, readImage } from './read-image.ts';
import { putBytes } from './write-image.ts';

/** Members up to this are kept at hand: descriptions of images are never larger, layers seldom smaller. */
const SMALL = 4 * 1024 * 1024;
const ALL_SMALL = 128 * 1024 * 1024;
const MOST_MEMBERS = 10_000;

interface Members {
  file: string;
  /** Contents of small files. */
  small: Map<string, Buffer>;
  /** Where symbolic links lead, as paths in the archive. */
  links: Map<string, string>;
}

/** Takes the image of an archive into the store, of an index the one for this kind of machine; else as `readNamedArchive`. */
export async function readArchive(
  store: Store,
  file: string,
  options: { reference?: string } = {},
): Promise<{ image: Image; reference?: string }> {
  const { found, reference } = await readNamedArchive(store, file, options);
  return { image: await chooseImage(found, file), reference };
}

/**
 * Takes what an archive holds into the store, the images of an index when they are asked for: one that `writeArchive`, podman,
 * skopeo or `docker save` of any age wrote, compressed or not. Every content is verified.
 * Gives the name that the archive has for it too, if any. Fault: OCI_ARCHIVE_INVALID.
 */
export async function readNamedArchive(
  store: Store,
  file: string,
  { reference }: { reference?: string } = {},
): Promise<NamedContent> {
  const members = await readMembers(file);
  if (members.small.has('index.json')) return readOciArchive(store, members, reference);
  if (members.small.has('manifest.json')) return readDockerArchive(store, members, reference);
  throw invalidArchive(file, 'it has neither an index.json nor a manifest.json');
}

async function readMembers(file: string): Promise<Members> {
  const small = new Map<string, Buffer>();
  const links = new Map<string, string>();
  let total = 0;
  let count = 0;
  for await (const entry of readEntries(file)) {
    count += 1;
    if (count > MOST_MEMBERS) throw invalidArchive(file, `it has more than ${MOST_MEMBERS} members`);
    if (entry.type === 'symlink') links.set(entry.path, posix.join(posix.dirname(entry.path), entry.linkPath ?? ''));
    if (entry.type !== 'file' || entry.size > SMALL || total + entry.size > ALL_SMALL) continue;
    total += entry.size;
    small.set(entry.path, await readBody(entry));
  }
  return { file, small, links };
}

/** By paths in the archive; those in packages that pack makes begin with a slash. */
async function* readEntries(file: string): AsyncGenerator<TarEntry> {
  try {
    for await (const entry of readTar(decompress(createReadStream(file, { highWaterMark: 512 * 1024 })))) {
      yield { ...entry, path: entry.path.replace(/^\/+/, '') };
    }
  } catch (error) {
    if (isFault(error) && error.code.startsWith('ARCHIVE_')) throw invalidArchive(file, error.problem, error);
    throw error;
  }
}

function readOciArchive(store: Store, members: Members, reference: string | undefined): Promise<NamedContent> {
  const source: LayoutSource = {
    read: async (path) => members.small.get(path),
    invalid: (reason) => invalidArchive(members.file, reason),
    open: (manifest) => openImage(store, members, manifest),
  };
  return findContent(source, reference);
}

async function openImage(store: Store, members: Members, { digest }: Descriptor): Promise<Image> {
  const manifest = smallBlob(members, digest);
  const { config, layers } = parseManifest(manifest, digest);
  await putBytes(store, manifest, digest);
  await putBytes(store, smallBlob(members, config.digest), config.digest);
  const wanted = new Map<string, Digest>();
  for (const layer of layers) {
    if (!(await store.hasBlob(layer.digest))) wanted.set(layoutPath(layer.digest), layer.digest);
  }
  await takeMembers(members.file, wanted, (body, expected) => store.putBlob(body, expected));
  return readImage(store, digest);
}

function smallBlob({ file, small }: Members, digest: Digest): Buffer {
  const content = small.get(layoutPath(digest));
  if (content === undefined) throw invalidArchive(file, `blob ${digest} is missing`);
  if (digestOf(content) !== digest) throw invalidArchive(file, `blob ${digest} has other content than its name says`);
  return content;
}

/** Docker's own form names no manifest: layers are plain archives, known by the digests in the configuration. */
async function readDockerArchive(store: Store, members: Members, reference?: string): Promise<NamedContent> {
  const { file, small, links } = members;
  const { config: path, layers, tag } = chooseDockerImage(members, reference);
  const content = small.get(path);
  if (content === undefined) throw invalidArchive(file, `${path} is missing`);
  const config = parseConfig(content, digestOf(content), layers.length);
  const wanted = new Map<string, Digest>();
  for (const [index, diffId] of config.rootfs.diff_ids.entries()) {
    const named = layers[index] ?? '';
    if (!(await store.hasBlob(diffId))) wanted.set(links.get(named) ?? named, diffId);
  }
  await takeMembers(file, wanted, (source, diffId) => store.putBlob(decompress(source), diffId));
  const image: Image = {
    config,
    layers: config.rootfs.diff_ids.map((diffId) => storedLayer({ blobs: store, trees: store, diffId })),
    format: 'docker',
  };
  return { found: noteOriginal(image, { config: content }), ...(tag !== undefined && { reference: tag }) };
}

function chooseDockerImage({ file, small }: Members, reference: string | undefined) {
  const found = parseDockerManifest(small.get('manifest.json')).filter(
    ({ RepoTags: tags }) => reference === undefined || (Array.isArray(tags) && tags.includes(reference)),
  );
  const [image] = found;
  if (image === undefined || found.length > 1)
    throw invalidArchive(file, `its manifest.json names ${found.length} images, not one`);
  const { Config: config, Layers: layers, RepoTags: tags } = image;
  if (typeof config !== 'string' || !Array.isArray(layers) || !layers.every((layer) => typeof layer === 'string'))
    throw invalidArchive(file, 'its manifest.json names no configuration or no layers');
  const [tag]: unknown[] = Array.isArray(tags) ? tags : [];
  return { config, layers: layers as string[], tag: typeof tag === 'string' ? tag : undefined };
}

function parseDockerManifest(content: Buffer | undefined): Record<string, unknown>[] {
  try {
    const value: unknown = JSON.parse(String(content));
    return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
  } catch {
    return [];
  }
}

async function takeMembers(
  file: string,
  wanted: Map<string, Digest>,
  take: (body: AsyncIterable<Uint8Array>, digest: Digest) => Promise<unknown>,
): Promise<void> {
  if (wanted.size === 0) return;
  for await (const entry of readEntries(file)) {
    const digest = entry.type === 'file' ? wanted.get(entry.path) : undefined;
    if (!isDigest(digest)) continue;
    await take(bodyOf(entry), digest);
    wanted.delete(entry.path);
  }
  const [missing] = wanted.keys();
  if (missing !== undefined) throw invalidArchive(file, `${missing} is missing`);
}

async function* bodyOf({ body }: TarEntry): AsyncGenerator<Uint8Array> {
  yield* body?.() ?? [];
}
