import { counted, formatFault } from '@dema/errors';
import { sizeText } from '../size-text.ts';
import { describeChange } from './package-changes.ts';
import type { RebaseOutcome } from './rebase-images.ts';

export interface RebaseReporter {
  onOutcome(outcome: RebaseOutcome): void;
  /** How many images there were, by what became of them. */
  counts: Record<RebaseOutcome['outcome'], number>;
}

/** Tells of each image on a stream for people; what many images have in common once: changes of packages, a reason. */
export function createRebaseReporter(write: (text: string) => void, { isDryRun = false } = {}): RebaseReporter {
  const told = new Map<string, string>();
  const reporter: RebaseReporter = {
    counts: { rebased: 0, current: 0, skipped: 0, failed: 0 },
    onOutcome(outcome) {
      reporter.counts[outcome.outcome] += 1;
      write(`${describe(outcome, { told, isDryRun }).join('\n')}\n`);
    },
  };
  return reporter;
}

interface Telling {
  /** What was said, and of which image first. */
  told: Map<string, string>;
  isDryRun: boolean;
}

function describe(outcome: RebaseOutcome, { told, isDryRun }: Telling): string[] {
  const { reference } = outcome;
  switch (outcome.outcome) {
    case 'failed': {
      const reason = formatFault(outcome.fault);
      const first = told.get(reason);
      if (first !== undefined) return [`${reference} not rebased, for the reason of ${first}`];
      told.set(reason, reference);
      return [`${reference} not rebased`, ...reason.split('\n')];
    }
    case 'skipped':
      return [`${reference} left alone: ${outcome.reason}`];
    case 'current':
      return [`${reference} stands on that run image already`];
  }
  const lines = outcome.packages.map((change) => `  ${describeChange(change)}`);
  const key = lines.join('\n');
  const isKnown = lines.length > 0 && told.has(key);
  told.set(key, reference);
  const { sent } = outcome;
  return [
    `${reference} ${isDryRun ? 'would be rebased' : 'rebased'}${isKnown ? ', the same packages' : ''}`,
    ...(isKnown ? [] : lines),
    ...(sent ? [`  ${sizeText(sent)} of layers sent, which the registry did not have or did not mount`] : []),
  ];
}

/** `3 images: 2 rebased, 1 failed`. */
export function summarize({ counts }: Pick<RebaseReporter, 'counts'>, { isDryRun = false } = {}): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const words = {
    rebased: isDryRun ? 'would be rebased' : 'rebased',
    current: 'stood on it already',
    skipped: 'left alone',
    failed: 'not rebased',
  };
  const parts = Object.entries(words).flatMap(([outcome, word]) => {
    const count = counts[outcome as RebaseOutcome['outcome']];
    return count > 0 ? [`${count} ${word}`] : [];
  });
  return `${counted(all, 'image')}: ${parts.join(', ') || 'none found'}`;
}
