import { counted, formatFault } from '@dema/errors';
import { sizeText } from '../size-text.ts';
import { describeChange } from './package-changes.ts';
import type { RebaseOutcome } from './rebase-images.ts';

export interface RebaseReporter {
  onOutcome(outcome: RebaseOutcome): void;
  /** How many images there were, by what became of them. */
  counts: Record<RebaseOutcome['outcome'], number>;
}

/** Tells of each image on a stream for people; the changes of packages that many images have in common once. */
export function createRebaseReporter(write: (text: string) => void, { isDryRun = false } = {}): RebaseReporter {
  const told = new Set<string>();
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
  told: Set<string>;
  isDryRun: boolean;
}

function describe(outcome: RebaseOutcome, { told, isDryRun }: Telling): string[] {
  const { reference } = outcome;
  switch (outcome.outcome) {
    case 'failed':
      return [`${reference} not rebased`, ...formatFault(outcome.fault).split('\n')];
    case 'skipped':
      return [`${reference} left alone: ${outcome.reason}`];
    case 'current':
      return [`${reference} stands on that run image already`];
  }
  const lines = outcome.packages.map((change) => `  ${describeChange(change)}`);
  const key = lines.join('\n');
  const isKnown = lines.length > 0 && told.has(key);
  told.add(key);
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
