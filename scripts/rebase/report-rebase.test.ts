import { expect, test } from 'vitest';
import { packagesLost } from '../rebase-faults.ts';
import { createRebaseReporter, summarize } from './report-rebase.ts';

test('a reason that many images have in common is told once', () => {
  let text = '';
  const reporter = createRebaseReporter((one) => {
    text += one;
  });
  const fail = (reference: string, lost: string) =>
    reporter.onOutcome({ outcome: 'failed', reference, fault: packagesLost([lost]) });
  fail('shop/a:1', 'curl');
  fail('shop/b:1', 'curl');
  fail('shop/c:1', 'git');
  expect(text.match(/what to do:/g)).toHaveLength(2);
  expect(text).toContain('shop/b:1 not rebased, for the reason of shop/a:1\nshop/c:1 not rebased\nerror: ');
  expect(summarize(reporter)).toBe('3 images: 3 not rebased');
});
