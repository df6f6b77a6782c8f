import { expect, test } from 'vitest';
import { explainFailure, type KnownFailure } from './known-failure.ts';

const KNOWN: KnownFailure[] = [
  {
    code: 'EXAMPLE_CRATE_MISSING',
    when: /^error: no matching package named `(\S+)` found/,
    problem: 'There is no crate $1.',
    fix: 'Correct the name of $1 in Cargo.toml.',
  },
  { code: 'EXAMPLE_OFFLINE', when: /resolve host/, problem: 'No network.', fix: 'Look.', blame: 'platform' },
];

const failed = (stderr: string, stdout = '') => ({ code: 101, stdout, stderr, durationMs: 1 });

test('a line that the program printed says what is wrong', () => {
  expect(explainFailure(failed('one\nerror: no matching package named `serd` found\ntwo\n'), KNOWN)).toMatchObject({
    code: 'EXAMPLE_CRATE_MISSING',
    problem: 'There is no crate serd.',
    fix: 'Correct the name of serd in Cargo.toml.',
    blame: 'user',
    details: ['one', 'error: no matching package named `serd` found', 'two'],
  });
});

test('standard output counts too, and the order of the table decides', () => {
  expect(explainFailure(failed('', 'could not resolve host'), KNOWN)).toMatchObject({ blame: 'platform' });
  const both = failed('could not resolve host\nerror: no matching package named `x` found');
  expect(explainFailure(both, KNOWN)).toMatchObject({ code: 'EXAMPLE_CRATE_MISSING' });
});

test('anything else has no explanation', () => {
  expect(explainFailure(failed('segmentation fault'), KNOWN)).toBeUndefined();
});
