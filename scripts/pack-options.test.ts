import { isFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { createProgram } from './program.ts';

test.each([
  [['--trust-builder'], 'every buildpack runs in a sandbox of its own'],
  [['--cache', 'type=build;format=bind;source=/var/cache/app'], 'set DEMA_CACHE=/var/cache/app'],
  [['--cache', 'nonsense'], 'write `--cache "type=build;format=volume"`'],
])('%j of pack is answered with what to do instead', async (options, advice) => {
  const error = await createProgram()
    .parseAsync(['node', 'dema', 'build', 'nowhere', ...options])
    .catch((caught) => caught);
  expect(isFault(error, 'CLI_ARGUMENTS_INVALID') && error.fix).toContain(advice);
  expect(error.exitCode).toBe(3);
});
