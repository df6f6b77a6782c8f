import type { Descriptor } from './descriptor.ts';
import { registryAnswerInvalid } from './faults.ts';
import type { ImageOrIndex } from './image-index.ts';
import { type LayoutBlob, makeLayoutFiles } from './layout-files.ts';
import { openRegistry, type Registry, type RegistryOptions } from './registry.ts';
import type { RegistryName } from './registry-name.ts';

/** How many blobs are sent at a time. */
const SIDE_BY_SIDE = 4;

export interface PushOptions extends RegistryOptions {
  /** Repositories of the same registry that may hold some of the layers: these are mounted from there instead of being sent. */
  mountFrom?: string[];
  /**
   * What is known of a blob without asking: it is `there` in this repository, for instance because the image came from it,
   * `elsewhere` in one of `mountFrom`, or `new`.
   */
  whereIs?: (digest: string) => 'there' | 'elsewhere' | 'new' | undefined;
  /** Called for each blob that may not be there. */
  onBlob?: (event: { digest: string; size: number; how: 'sent' | 'mounted' | 'there' }) => void;
}

/**
 * Sends an image, or an index with all its images, to a registry under its tag: blobs that are not there yet, the manifests that an
 * index names by their digests, and what has the tag last, so that nobody sees half of it.
 * Gives the descriptor of that. Faults: OCI_REGISTRY_*, OCI_CREDENTIAL_HELPER_FAILED, FETCH_*.
 */
export async function pushImage(name: RegistryName, found: ImageOrIndex, options: PushOptions): Promise<Descriptor> {
  const { mountFrom = [], whereIs = () => undefined, onBlob = () => undefined } = options;
  const others = mountFrom.filter((other) => other !== name.repository);
  const { descriptor, manifests, blobs } = await makeLayoutFiles(found, {});
  const registry = await openRegistry(name, options, { actions: 'pull,push', others });
  try {
    const contents = blobs.filter(({ digest }) => whereIs(digest) !== 'there');
    // The first one alone: one login serves all that follow.
    for (const batch of [contents.slice(0, 1), contents.slice(1)]) {
      const waiting = batch.values();
      const work = async () => {
        for (const blob of waiting) {
          onBlob({ ...blob, how: await pushBlob(registry, blob, { others, known: whereIs(blob.digest) }) });
        }
      };
      await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    }
    for (const manifest of manifests.filter(({ digest }) => digest !== descriptor.digest)) {
      await putManifest(registry, manifest.digest, manifest);
    }
    for (const manifest of manifests.slice(0, 1)) await putManifest(registry, name.reference, manifest);
    return descriptor;
  } finally {
    await registry.close();
  }
}

interface Whereabouts {
  /** Repositories that may have it. */
  others: string[];
  known?: 'there' | 'elsewhere' | 'new';
}

async function pushBlob(
  registry: Registry,
  blob: LayoutBlob,
  { others, known }: Whereabouts,
): Promise<'sent' | 'mounted' | 'there'> {
  // Mounting what is there already is as good as asking for it first, and one request less.
  const from = known === 'new' ? [] : others;
  const isAsked = known === undefined || from.length === 0;
  if (known !== 'new' && isAsked && (await hasBlob(registry, blob))) return 'there';
  const mounted = await mountBlob(registry, blob, from);
  if (mounted.isMounted) return 'mounted';
  if (known === 'elsewhere' && !isAsked && (await hasBlob(registry, blob))) return 'there';
  const target = new URL(registry.resolve(mounted.location ?? (await startUpload(registry))));
  target.searchParams.set('digest', blob.digest);
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) };
  const sent = await registry.ask({
    method: 'PUT',
    path: target.href,
    headers,
    body: blob.read,
    expected: [201, 204],
  });
  sent.discard();
  return 'sent';
}

async function hasBlob(registry: Registry, { digest }: LayoutBlob): Promise<boolean> {
  const found = await registry.ask({ method: 'HEAD', path: `blobs/${digest}`, expected: [200, 404] });
  found.discard();
  return found.status === 200;
}

/** Where it is not mounted, many a registry has begun an upload, at `location`. */
async function mountBlob(
  registry: Registry,
  { digest }: LayoutBlob,
  others: string[],
): Promise<{ isMounted: boolean; location?: string }> {
  let location: string | undefined;
  for (const from of others) {
    const path = `blobs/uploads/?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
    const answer = await registry.ask({ method: 'POST', path, expected: [201, 202, 404, 405] });
    answer.discard();
    if (answer.status === 201) return { isMounted: true };
    if (answer.status === 202) location = answer.headers.location;
  }
  return { isMounted: false, ...(location !== undefined && { location }) };
}

async function startUpload(registry: Registry): Promise<string> {
  const { headers, discard } = await registry.ask({ method: 'POST', path: 'blobs/uploads/', expected: [202] });
  discard();
  if (!headers.location) throw registryAnswerInvalid(registry.host, 'it does not say where a blob is to be sent');
  return headers.location;
}

async function putManifest(registry: Registry, reference: string, { mediaType, read }: LayoutBlob): Promise<void> {
  const pieces: Uint8Array[] = [];
  for await (const piece of read()) pieces.push(piece);
  const answer = await registry.ask({
    method: 'PUT',
    path: `manifests/${reference}`,
    headers: { 'content-type': mediaType },
    body: () => Buffer.concat(pieces),
    expected: [200, 201],
  });
  answer.discard();
}
