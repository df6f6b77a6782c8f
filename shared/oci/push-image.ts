import { buffer } from 'node:stream/consumers';
import { isFault } from '@dema/errors';
import type { Digest } from '@dema/store';
import type { Descriptor } from './descriptor.ts';
import { registryTagTaken } from './faults.ts';
import { hasBlob } from './has-blob.ts';
import type { ImageOrIndex } from './image-index.ts';
import { type LayoutBlob, type LayoutFiles, makeLayoutFiles } from './layout-files.ts';
import { findDigest, putManifest } from './put-manifest.ts';
import { openRegistry, type Registry, type RegistryOptions } from './registry.ts';
import type { RegistryName } from './registry-name.ts';
import { type Upload, type UploadOptions, uploadBlob, uploadOf } from './upload-blob.ts';

/** How many blobs are sent at a time. */
const SIDE_BY_SIDE = 4;

export interface PushOptions extends RegistryOptions, UploadOptions {
  /** Repositories of the same registry that may hold some of the layers: these are mounted from there instead of being sent. */
  mountFrom?: string[];
  /**
   * What is known of a blob without asking: it is `there` in this repository, for instance because the image came from it,
   * `elsewhere` in one of `mountFrom`, or `new`.
   */
  whereIs?: (digest: string) => 'there' | 'elsewhere' | 'new' | undefined;
  /** What the tag stands for; another image that it stands for by then stays. Fault: OCI_REGISTRY_TAG_TAKEN. */
  replaces?: Digest;
  /** Called for each blob that may not be there. */
  onBlob?: (event: { digest: string; size: number; how: 'sent' | 'mounted' | 'there' }) => void;
}

/** What is sent: blobs, and manifests, of which the first gets the name and each other one stands behind those that it names. */
export type PushContent = Pick<LayoutFiles, 'descriptor' | 'manifests' | 'blobs'>;

/** Sends an image, or an index with all its images, as `pushContent` does. */
export async function pushImage(name: RegistryName, found: ImageOrIndex, options: PushOptions): Promise<Descriptor> {
  return pushContent(name, await makeLayoutFiles(found, {}), options);
}

/**
 * Sends to a registry, under a tag, blobs that are not there yet, the manifests that an index names by their digests, and what has the
 * tag last, so that nobody sees half of it. Gives the descriptor of that. Faults: OCI_REGISTRY_*, OCI_CREDENTIAL_HELPER_FAILED, FETCH_*.
 */
export async function pushContent(name: RegistryName, files: PushContent, options: PushOptions): Promise<Descriptor> {
  const { mountFrom = [], whereIs, onBlob = () => undefined } = options;
  const others = mountFrom.filter((other) => other !== name.repository);
  const { digest } = files.descriptor;
  const registry = await openRegistry(name, options, { actions: 'pull,push', others });
  try {
    const before = options.replaces ?? (await findDigest(registry, name.reference));
    if (before === digest && options.replaces === undefined) {
      for (const blob of files.blobs) onBlob({ ...blob, how: 'there' });
      return files.descriptor;
    }
    const push = { registry, files, name, before, others, options, whereIs: whereIs ?? unknown };
    await pushAll(push).catch((error) => {
      if (!isIncomplete(error)) throw error;
      return pushAll({ ...push, whereIs: unknown });
    });
    return files.descriptor;
  } finally {
    await registry.close();
  }
}

interface Push {
  registry: Registry;
  files: PushContent;
  name: RegistryName;
  /** What the tag is for until now, where that is known. */
  before: Digest | undefined;
  /** Repositories to mount from. */
  others: string[];
  whereIs: NonNullable<PushOptions['whereIs']>;
  options: PushOptions;
}

function unknown(): undefined {
  return undefined;
}

/** As late as can be: what is to be replaced may have been read long before. */
async function checkTag({ registry, name, options: { replaces } }: Push): Promise<void> {
  if (replaces === undefined) return;
  const found = await findDigest(registry, name.reference);
  if (found !== undefined && found !== replaces)
    throw registryTagTaken(`${registry.host}/${registry.repository}`, name.reference, found);
}

async function pushAll(push: Push): Promise<void> {
  const { registry, files, name, before, whereIs, options } = push;
  const { onBlob = () => undefined } = options;
  const contents = files.blobs.filter(({ digest }) => whereIs(digest) !== 'there');
  // The first one alone: one login serves all that follow.
  for (const batch of [contents.slice(0, 1), contents.slice(1)]) {
    const waiting = batch.values();
    const work = async () => {
      for (const blob of waiting) onBlob({ ...blob, how: await pushBlob(push, blob) });
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  }
  const [top, ...images] = files.manifests;
  for (const manifest of images) await putManifest(registry, { ...(await read(manifest)), reference: manifest.digest });
  await checkTag(push);
  if (top) await putManifest(registry, { ...(await read(top)), reference: name.reference, before });
}

async function read({ mediaType, read: open }: LayoutBlob): Promise<{ mediaType: string; content: Buffer }> {
  return { mediaType, content: await buffer(open()) };
}

async function pushBlob(push: Push, blob: LayoutBlob): Promise<'sent' | 'mounted' | 'there'> {
  const { registry, others, whereIs, options } = push;
  const known = whereIs(blob.digest);
  // Mounting what is there already is as good as asking for it first, and one request less.
  const from = known === 'new' ? [] : others;
  const isAsked = known === undefined || from.length === 0;
  if (known !== 'new' && isAsked && (await hasBlob(registry, blob.digest))) return 'there';
  const mounted = await mountBlob(registry, blob, from);
  if (mounted === 'mounted') return 'mounted';
  if (known === 'elsewhere' && !isAsked && (await hasBlob(registry, blob.digest))) return 'there';
  await uploadBlob(registry, blob, mounted, options);
  return 'sent';
}

/** Where it is not mounted, for whatever reason, it is sent: many a registry has begun an upload then. */
async function mountBlob(
  registry: Registry,
  { digest }: LayoutBlob,
  others: string[],
): Promise<'mounted' | Upload | undefined> {
  let begun: Upload | undefined;
  for (const from of others) {
    const path = `blobs/uploads/?mount=${encodeURIComponent(digest)}&from=${encodeURIComponent(from)}`;
    const answer = await registry.ask({ method: 'POST', path, headers: { 'content-length': '0' } }).catch(whenDenied);
    answer?.discard();
    if (answer === undefined) continue;
    if (answer.status === 201) return 'mounted';
    if (answer.status === 202) begun = uploadOf(registry, answer);
  }
  return begun;
}

function whenDenied(error: unknown): undefined {
  if (!isFault(error, 'OCI_REGISTRY_LOGIN_FAILED')) throw error;
}

/** Whether it says that it misses what was there, or what was just sent: something else removes blobs at the same time. */
function isIncomplete(error: unknown): boolean {
  const codes = /^(MANIFEST_)?BLOB_UNKNOWN|^MANIFEST_UNKNOWN/;
  return isFault(error, 'OCI_REGISTRY_REFUSED') && error.details.some((one) => codes.test(one));
}
