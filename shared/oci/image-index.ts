import { renderJson, sortKeys } from '@dema/spec';
import { type Digest, digestOf, isDigest } from '@dema/store';
import { type Descriptor, MEDIA_TYPES, orderDescriptor, type Platform } from './descriptor.ts';
import { invalidImage, platformMissing } from './faults.ts';
import type { Image } from './image.ts';
import { type RenderedImage, renderImage } from './manifest.ts';
import { orderFields } from './order-fields.ts';
import { parseObject } from './parse-object.ts';
import { choosePlatform, machinePlatform, renderPlatform } from './platform.ts';

/** Images for several platforms under one name, as a value. It is never changed. */
export interface ImageIndex {
  readonly entries: readonly IndexEntry[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** Whether it is a list as Docker has it; OCI's without it. */
  readonly format?: 'oci' | 'docker';
}

export interface IndexEntry {
  /** As the index says it; what is not said is in the configuration of the image. */
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Read where it is from when it is asked for. */
  image(): Promise<Image>;
}

/** What a name stands for: in a registry, a layout or an archive. */
export type ImageOrIndex = Image | ImageIndex;

export function isIndex(found: ImageOrIndex): found is ImageIndex {
  return 'entries' in found;
}

/** An index of images in this order, each for the platform that its configuration names. */
export function createIndex(images: readonly Image[], annotations?: Readonly<Record<string, string>>): ImageIndex {
  const entries = images.map((image) => ({ platform: platformOf(image), image: async () => image }));
  return { entries, ...(annotations && { annotations }) };
}

export function platformOf({ config }: Image): Platform {
  const { architecture, os, variant, 'os.version': version, 'os.features': features } = config;
  return {
    architecture,
    os,
    ...(version && { 'os.version': version }),
    ...(features && { 'os.features': features }),
    ...(variant && { variant }),
  };
}

/**
 * The image for a platform: of an index the one that fits best, an image alone whatever it is for.
 * @param name of what is looked at, for the fault OCI_PLATFORM_MISSING
 */
export async function chooseImage(found: ImageOrIndex, name: string, platform = machinePlatform()): Promise<Image> {
  if (!isIndex(found)) return found;
  const [first, ...others] = found.entries;
  const isSaid = others.length > 0 || first?.platform;
  const entry = isSaid ? choosePlatform(found.entries, platform) : first;
  if (entry) return entry.image();
  const known = found.entries.flatMap((one) => (one.platform ? [renderPlatform(one.platform)] : []));
  throw platformMissing(name, renderPlatform(platform), known);
}

/**
 * The same for whoever asks for a platform by name: an image alone has to be for it too. Without a platform it is as `chooseImage` has it.
 * Fault OCI_PLATFORM_MISSING.
 */
export async function chooseExactly(found: ImageOrIndex, name: string, platform?: Platform): Promise<Image> {
  const image = await chooseImage(found, name, platform);
  const isSaid = isIndex(found) && found.entries.some((one) => one.platform);
  if (platform === undefined || isSaid || choosePlatform([{ platform: platformOf(image) }], platform)) return image;
  throw platformMissing(name, renderPlatform(platform), [renderPlatform(platformOf(image))]);
}

/** The bytes that an index was read from, so that it is written back with the same digest. */
const originals = new WeakMap<ImageIndex, Uint8Array>();

/**
 * The index of these bytes, OCI's or Docker's; `open` reads an image that it names. What is no image, such as what a build tool
 * attests of one, is left out. Fault: OCI_IMAGE_INVALID.
 */
export function parseIndex(
  content: Uint8Array,
  digest: Digest,
  open: (manifest: Descriptor) => Promise<Image>,
): ImageIndex {
  const { manifests, annotations, mediaType } = parseObject(content, digest) as Record<string, unknown>;
  if (!Array.isArray(manifests)) throw invalidImage(digest, 'it is no index of images');
  const found = manifestsOf({ manifests }).filter(isOfImage);
  const index: ImageIndex = {
    entries: found.map((one) => ({
      ...(one.platform && { platform: one.platform }),
      ...(one.annotations && { annotations: one.annotations }),
      image: () => open(one),
    })),
    ...(isTable(annotations) && { annotations }),
    ...(mediaType === MEDIA_TYPES.dockerIndex && { format: 'docker' as const }),
  };
  if (found.length === manifests.length) originals.set(index, content);
  return index;
}

/** Whether these bytes are an index, OCI's or Docker's, and not the manifest of an image. Fault: OCI_IMAGE_INVALID for neither. */
export function isIndexContent(content: Uint8Array, digest: Digest): boolean {
  const { mediaType, manifests } = parseObject(content, digest) as { mediaType?: unknown; manifests?: unknown };
  return Array.isArray(manifests) && mediaType !== MEDIA_TYPES.manifest;
}

/** What an index names; entries without a digest are none, and a platform that is not of its shape is not said. */
export function manifestsOf({ manifests }: { manifests?: unknown }): Descriptor[] {
  const all: Descriptor[] = Array.isArray(manifests) ? manifests.filter((one) => isDigest(one?.digest)) : [];
  return all.map((one) =>
    one.platform === undefined || isPlatform(one.platform) ? one : { ...one, platform: undefined },
  );
}

function isPlatform(value: unknown): value is Platform {
  if (!isTable(value)) return false;
  const { os, architecture, variant = '' } = value;
  return [os, architecture, variant].every((part) => typeof part === 'string');
}

export interface RenderedIndex {
  content: Buffer;
  descriptor: Descriptor;
  /** In the order of the entries. */
  images: { image: Image; rendered: RenderedImage }[];
}

/** The bytes of an index: those that it was read from, else new ones of its kind. */
export async function renderIndex(index: ImageIndex): Promise<RenderedIndex> {
  const images = await Promise.all(index.entries.map(renderEntry));
  const manifests = images.map(({ image, rendered: { descriptor } }, position) => {
    const { annotations, platform = platformOf(image) } = index.entries[position] ?? {};
    return orderDescriptor({ ...descriptor, platform, ...(annotations && { annotations }) });
  });
  const annotations = index.annotations && sortKeys(index.annotations);
  const mediaType = index.format === 'docker' ? MEDIA_TYPES.dockerIndex : MEDIA_TYPES.index;
  const fresh = { schemaVersion: 2, mediaType, manifests, annotations };
  const written = () => renderJson(orderFields(fresh, Object.keys(fresh), ['manifests']));
  const content = Buffer.from(originals.get(index) ?? written());
  return {
    content,
    descriptor: { mediaType: typeOf(content), digest: digestOf(content), size: content.length },
    images,
  };
}

/** Of the manifest or the index, as it would be written. */
export async function describeContent(found: ImageOrIndex): Promise<Descriptor> {
  return (isIndex(found) ? await renderIndex(found) : await renderImage(found)).descriptor;
}

async function renderEntry(entry: IndexEntry): Promise<RenderedIndex['images'][number]> {
  const image = await entry.image();
  return { image, rendered: await renderImage(image) };
}

function typeOf(content: Buffer): string {
  const { mediaType } = JSON.parse(content.toString('utf8')) as { mediaType?: unknown };
  return mediaType === MEDIA_TYPES.dockerIndex ? MEDIA_TYPES.dockerIndex : MEDIA_TYPES.index;
}

function isOfImage({ platform, mediaType, artifactType }: Descriptor & { artifactType?: unknown }): boolean {
  if (artifactType !== undefined) return false;
  return platform?.os !== 'unknown' && mediaType !== MEDIA_TYPES.index && mediaType !== MEDIA_TYPES.dockerIndex;
}

function isTable(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null;
}
