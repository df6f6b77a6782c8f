import { arch } from 'node:process';
import { type Digest, digestOf, isDigest } from '@dema/store';
import { type Descriptor, MEDIA_TYPES } from './descriptor.ts';
import { layoutPath, REF_NAME } from './layout-files.ts';

/** Somewhere that an OCI image layout is read from. */
export interface LayoutSource {
  /** Content of a small file by its path in the layout; undefined when it is not there. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** The fault for a layout that is not as it should be. */
  invalid(reason: string): Error;
}

const ARCHITECTURE = arch === 'x64' ? 'amd64' : arch;
const INDEXES: readonly string[] = [MEDIA_TYPES.index, MEDIA_TYPES.dockerIndex];

/**
 * The manifest of that reference, or the only one. Of an image for several platforms it is the one for Linux on a processor
 * like this machine's.
 */
export async function findManifest(source: LayoutSource, reference: string | undefined): Promise<Descriptor> {
  const layout = await readJson(source, 'oci-layout');
  if (layout.imageLayoutVersion !== '1.0.0') throw source.invalid('its version is not 1.0.0');
  const all = manifestsOf(await readJson(source, 'index.json'));
  const found = reference === undefined ? all : all.filter(({ annotations }) => annotations?.[REF_NAME] === reference);
  const [manifest] = found;
  if (!manifest || found.length > 1) {
    const name = reference === undefined ? '' : ` of the name ${reference}`;
    throw source.invalid(`its index.json names ${found.length} images${name}, not one`);
  }
  if (!INDEXES.includes(manifest.mediaType)) return manifest;
  return { ...(await findForPlatform(source, manifest.digest)), annotations: manifest.annotations };
}

async function findForPlatform(source: LayoutSource, digest: Digest): Promise<Descriptor> {
  const found = chooseForPlatform(manifestsOf(await readJson(source, layoutPath(digest), digest)));
  if (found === undefined) throw source.invalid(`it has no image for Linux on ${ARCHITECTURE}`);
  return found;
}

/** The one for Linux on a processor like this machine's. */
export function chooseForPlatform(manifests: Descriptor[]): Descriptor | undefined {
  return manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === ARCHITECTURE);
}

/** What an index names; entries without a digest are none. */
export function manifestsOf({ manifests }: { manifests?: unknown }): Descriptor[] {
  return Array.isArray(manifests) ? manifests.filter((one) => isDigest(one?.digest)) : [];
}

async function readJson(source: LayoutSource, path: string, digest?: Digest): Promise<Record<string, unknown>> {
  const content = await source.read(path);
  if (content === undefined) throw source.invalid(`it has no ${path}`);
  if (digest && digestOf(content) !== digest) throw source.invalid(`${path} has other content than its name says`);
  try {
    const value: unknown = JSON.parse(Buffer.from(content).toString('utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw source.invalid(`${path} cannot be read (${error instanceof Error ? error.message : error})`);
  }
  throw source.invalid(`${path} is no JSON object`);
}
