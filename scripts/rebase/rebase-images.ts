import { asFault, type Fault } from '@dema/errors';
import { IN_REGISTRY } from '../destination.ts';
import { unexpected } from '../faults.ts';
import type { ListedImage } from './list-images.ts';
import { type RebasedImage, type RebaseTarget, type RebaseWork, rebaseNamed } from './rebase-named.ts';

/** What became of one of many images. */
export type RebaseOutcome =
  /** `current`: it stood on that run image before. */
  | ({ outcome: 'rebased' | 'current' } & RebasedImage)
  /** Something that a pattern found and that is no app image. */
  | { outcome: 'skipped'; reference: string; reason: string }
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
  const reference = image.name.startsWith(IN_REGISTRY) ? image.name.slice(IN_REGISTRY.length) : image.name;
  try {
    const rebased = await rebaseNamed(work, image.name, target);
    return { outcome: rebased.digest === rebased.before ? 'current' : 'rebased', ...rebased };
  } catch (error) {
    const fault = asFault(error, unexpected);
    if (image.isFound && NO_APP.includes(fault.code)) return { outcome: 'skipped', reference, reason: fault.problem };
    return { outcome: 'failed', reference, fault };
  }
}

/** Never holds more than `count` items. */
async function sideBySide<T>(items: AsyncIterable<T>, count: number, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const worker = async () => {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: count }, worker));
}
