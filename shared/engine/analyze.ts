import { isFault } from '@dema/errors';
import type { Image } from '@dema/oci';
import type { Digest } from '@dema/store';
import { PRODUCTION } from './builder.ts';
import { EXEC_ENV_LABEL, findLifecycleMetadata, type LifecycleMetadata } from './lifecycle-metadata.ts';
import type { Session } from './session.ts';

/** Where finished images go, and where the ones before them are found; an image store is one. */
export interface Destination {
  find(reference: string): Promise<{ digest: Digest; image: Image } | undefined>;
  put(reference: string, image: Image): Promise<{ digest: Digest }>;
}

export interface PreviousImage {
  image: Image;
  metadata: LifecycleMetadata;
}

/**
 * The image of an earlier build, if there is one that is whole and buildpacks made it for the same execution environment:
 * what another one needs is not to be restored (Platform specification, "Layer Restoration").
 */
export async function analyze(
  { images, reference }: { images: Destination; reference: string },
  { execEnv, onEvent }: Pick<Session, 'execEnv' | 'onEvent'>,
): Promise<PreviousImage | undefined> {
  const { stored, problem } = await findUsable(images, reference, execEnv);
  const metadata = stored && findLifecycleMetadata(stored.image);
  onEvent({ type: 'previous-image', digest: metadata && stored?.digest, ...(problem && { problem }) });
  return stored && metadata && { image: stored.image, metadata };
}

const DAMAGED = /^OCI_(IMAGE|BLOB|LAYER|LAYOUT_INVALID|ARCHIVE|PLATFORM|REGISTRY_INCOMPLETE)/;

async function findUsable(images: Destination, reference: string, execEnv: string) {
  const found = await findWhole(images, reference);
  if (found.stored === undefined) return found;
  const madeFor = found.stored.image.config.config?.Labels?.[EXEC_ENV_LABEL] ?? PRODUCTION;
  return madeFor === execEnv ? found : { problem: `the one that is there was made for ${madeFor}` };
}

/** A damaged image is none: this build is what mends it. */
export async function findWhole(
  images: Destination,
  reference: string,
): Promise<{ stored?: { digest: Digest; image: Image }; problem?: string }> {
  try {
    return { stored: await images.find(reference) };
  } catch (error) {
    if (isFault(error) && DAMAGED.test(error.code)) return { problem: error.problem };
    throw error;
  }
}
