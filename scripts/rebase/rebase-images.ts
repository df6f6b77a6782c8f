import { asFault, type Fault } from '@dema/errors';
import type { Digest } from '@dema/store';
import { nameInRegistry } from '../destination.ts';
import { unexpected } from '../faults.ts';
import { patternUnmatched } from '../rebase-faults.ts';
import type { ListedImage } from './list-images.ts';
import { type RebasedImage, type RebaseTarget, type RebaseWork, rebaseNamed } from './rebase-named.ts';
import { createShortList, type ShortList } from './short-list.ts';
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

/** Of an image that is not there: its repository has no such tag, or none any more. */
const MISSING = 'CLI_IMAGE_MISSING';

/** What a pattern finds and is left alone. */
const NO_APP = ['ENGINE_IMAGE_NOT_AN_APP', 'OCI_IMAGE_INVALID', MISSING];

/** Rebases images side by side; what fails of one leaves the others alone. Each is as it was or rebased, whenever it ends. */
export async function rebaseImages(
  work: RebaseWork,
  images: AsyncIterable<ListedImage>,
  { jobs, signal, targetFor = () => ({}), onOutcome }: RebaseManyOptions,
): Promise<void> {
  const missing = openMissing();
  await sideBySide(images, jobs, async (image) => {
    signal.throwIfAborted();
    const { outcome, isMissing } = await rebaseListed(work, image, targetFor(image));
    missing.note(image, isMissing);
    onOutcome(outcome);
  });
  for (const outcome of missing.unmatched()) onOutcome(outcome);
}

/** Patterns that name a tag find repositories, which may all be without it. */
function openMissing() {
  const looked = new Map<string, ShortList>();
  const matched = new Set<string>();
  return {
    note({ name, pattern }: ListedImage, isMissing: boolean): void {
      if (pattern === undefined) return;
      if (!isMissing) matched.add(pattern);
      const names = looked.get(pattern) ?? createShortList();
      looked.set(pattern, names);
      names.add(nameInRegistry(name));
    },
    unmatched: (): RebaseOutcome[] =>
      [...looked]
        .filter(([pattern]) => !matched.has(pattern))
        .map(([pattern, names]) => ({
          outcome: 'failed',
          reference: nameInRegistry(pattern),
          fault: patternUnmatched(pattern, [`looked for: ${names.render()}`]),
        })),
  };
}

interface Rebased {
  outcome: RebaseOutcome;
  isMissing: boolean;
}

async function rebaseListed(work: RebaseWork, image: ListedImage, target: RebaseTarget): Promise<Rebased> {
  const reference = nameInRegistry(image.name);
  const isMissing = false;
  if (image.problem) return { outcome: { outcome: 'failed', reference, fault: image.problem }, isMissing };
  try {
    const rebased = await rebaseNamed(work, image.name, target);
    const { leftAlone: reason, before } = rebased;
    if (reason !== undefined) return { outcome: { outcome: 'skipped', reference, reason, before }, isMissing };
    return { outcome: { outcome: rebased.digest === before ? 'current' : 'rebased', ...rebased }, isMissing };
  } catch (error) {
    const fault = asFault(error, unexpected);
    const isNoApp = image.pattern !== undefined && NO_APP.includes(fault.code);
    if (!isNoApp) return { outcome: { outcome: 'failed', reference, fault }, isMissing };
    return { outcome: { outcome: 'skipped', reference, reason: fault.problem }, isMissing: fault.code === MISSING };
  }
}
