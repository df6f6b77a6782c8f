import { type Digest, digestOf } from '@dema/store';
import { type Descriptor, MEDIA_TYPES } from './descriptor.ts';
import type { Image } from './image.ts';
import { type ImageOrIndex, manifestsOf, parseIndex } from './image-index.ts';
import { layoutPath, REF_NAME } from './layout-files.ts';

/** Somewhere that an OCI image layout is read from. */
export interface LayoutSource {
  /** Content of a small file by its path in the layout; undefined when it is not there. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** The fault for a layout that is not as it should be. */
  invalid(reason: string): Error;
  /** The image of a manifest. */
  open(manifest: Descriptor): Promise<Image>;
}

/** An image or an index, with the name that it has where it was found. */
export interface NamedContent {
  found: ImageOrIndex;
  reference?: string;
  /** Where that is known without reading more. */
  digest?: Digest;
}

const INDEXES: readonly string[] = [MEDIA_TYPES.index, MEDIA_TYPES.dockerIndex];

/** What a layout has under that reference, or the only one. Several for as many platforms under no name, or under the same, are an index, too. */
export async function findContent(source: LayoutSource, reference: string | undefined): Promise<NamedContent> {
  const layout = await readJson(source, 'oci-layout');
  if (layout.imageLayoutVersion !== '1.0.0') throw source.invalid('its version is not 1.0.0');
  const all = manifestsOf(await readJson(source, 'index.json'));
  const named = reference === undefined ? all : all.filter((one) => nameOf(one) === reference);
  const [first, ...others] = named;
  const isOne = first && (others.length === 0 || areVariants(named));
  if (!isOne) {
    const name = reference === undefined ? '' : ` of the name ${reference}`;
    throw source.invalid(`its index.json names ${named.length} images${name}, not one`);
  }
  const found = others.length > 0 ? indexOf(source, named) : await openContent(source, first);
  const own = nameOf(first);
  return { found, ...(own !== undefined && { reference: own }) };
}

async function openContent(source: LayoutSource, descriptor: Descriptor): Promise<ImageOrIndex> {
  if (!INDEXES.includes(descriptor.mediaType)) return source.open(descriptor);
  const { digest } = descriptor;
  return parseIndex(await readVerified(source, layoutPath(digest), digest), digest, source.open);
}

function indexOf({ open }: LayoutSource, manifests: Descriptor[]): ImageOrIndex {
  return { entries: manifests.map((one) => ({ platform: one.platform, image: () => open(one) })) };
}

/** Whether nothing but the platform tells them apart. */
function areVariants(manifests: Descriptor[]): boolean {
  const platforms = manifests.map(({ platform }) => platform && JSON.stringify(platform));
  const names = new Set(manifests.map(nameOf));
  return names.size === 1 && !platforms.includes(undefined) && new Set(platforms).size === platforms.length;
}

function nameOf({ annotations }: Descriptor): string | undefined {
  const name: unknown = annotations?.[REF_NAME];
  return typeof name === 'string' ? name : undefined;
}

async function readVerified(source: LayoutSource, path: string, digest?: Digest): Promise<Uint8Array> {
  const content = await source.read(path);
  if (content === undefined) throw source.invalid(`it has no ${path}`);
  if (digest && digestOf(content) !== digest) throw source.invalid(`${path} has other content than its name says`);
  return content;
}

async function readJson(source: LayoutSource, path: string): Promise<Record<string, unknown>> {
  const content = await readVerified(source, path);
  try {
    const value: unknown = JSON.parse(Buffer.from(content).toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw source.invalid(`${path} cannot be read (${error instanceof Error ? error.message : error})`);
  }
  throw source.invalid(`${path} is no JSON object`);
}
