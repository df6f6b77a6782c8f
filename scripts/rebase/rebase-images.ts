import { asFault, type Fault } from '@dema/errors';
import type { Digest } from '@dema/store';
import { nameInRegistry } from '../destination.ts';
import { unexpected } from '../faults.ts';
import type { ListedImage } from './list-images.ts';
import { type RebasedImage, type RebaseTarget, type RebaseWork, rebaseNamed } from './rebase-named.ts';
import { sideBySide } from './side-by-side.ts';

/** What became of one of many images. */
export type RebaseOutcome =
  /** `current`: it stood on that run image before. */
  | ({ outcome: 'rebased' | 'current' } & RebasedImage)
  /** Something that a pattern found and that is no app image, or an image that was to be left alone. */
  | { outcome: 'skipped'; reference: string; reason: string; before?: Digest }
  | { outcome: 'failed'; reference: string; fault: Fault };

export interface RebaseManyOptions {
  /** How many at a time. */
  jobs: number;
  /** Ends it before the next image. */
  signal: AbortSignal;
  targetFor?: (image: ListedImage) => RebaseTarget;
  onOutcome: (outcome: RebaseOutcome) => void;
}

/** What of a registry is no app image, or is gone since it was listed. */
const NO_APP = ['ENGINE_IMAGE_NOT_AN_APP', 'OCI_IMAGE_INVALID', 'CLI_IMAGE_MISSING'];

/** Rebases images side by side; what fails of one leaves the others alone. Each is as it was or rebased, whenever it ends. */
export async function rebaseImages(
  work: RebaseWork,
  images: AsyncIterable<ListedImage>,
  { jobs, signal, targetFor = () => ({}), onOutcome }: RebaseManyOptions,
): Promise<void> {
  await sideBySide(images, jobs, async (image) => {
    signal.throwIfAborted();
    onOutcome(await rebaseListed(work, image, targetFor(image)));
  });
}

async function rebaseListed(work: RebaseWork, image: ListedImage, target: RebaseTarget): Promise<RebaseOutcome> {
  const reference = nameInRegistry(image.name);
  if (image.problem) return { outcome: 'failed', reference, fault: image.problem };
  try {
    const rebased = await rebaseNamed(work, image.name, target);
    const { leftAlone, before } = rebased;
    if (leftAlone !== undefined) return { outcome: 'skipped', reference, reason: leftAlone, before };
    return { outcome: rebased.digest === rebased.before ? 'current' : 'rebased', ...rebased };
  } catch (error) {
    const fault = asFault(error, unexpected);
    if (image.isFound && NO_APP.includes(fault.code)) return { outcome: 'skipped', reference, reason: fault.problem };
    return { outcome: 'failed', reference, fault };
  }
}
