import { formatFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { launcherBroken, shellMissing } from './faults.ts';

test('an image without a shell', () => {
  expect(formatFault(shellMissing())).toMatchInlineSnapshot(`
    "error: This command needs a shell, and the image has neither /bin/bash nor /bin/sh.
    what to do: Write \`--\` before the command to start it without a shell, or build on a run image that has one.
    (LAUNCH_SHELL_MISSING)"
  `);
});

test('what was not foreseen', () => {
  expect(formatFault(launcherBroken('x is undefined', ['at y']))).toMatchInlineSnapshot(`
    "error: The launcher failed: x is undefined
      | at y
    what to do: Start the container with \`--entrypoint\` and the path of the program to do without the launcher.
    This is a bug in Dema. Please report it with the output above and the one of \`dema doctor\`.
    (LAUNCH_BROKEN)"
  `);
});
