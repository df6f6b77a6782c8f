import { formatFault } from '@dema/errors';
import { expect, test } from 'vitest';
import { bindingUnreadable, helperBroken, launcherBroken, shellMissing } from './faults.ts';

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

test('what launch helpers meet', () => {
  expect(formatFault(bindingUnreadable('/bindings/db/password'))).toMatchInlineSnapshot(`
    "error: /bindings/db/password, a part of a service binding, is not there or cannot be read.
    what to do: Give the user of the container the right to read it, or take the binding away.
    (LAUNCH_BINDING_UNREADABLE)"
  `);
  expect(formatFault(helperBroken('x is undefined', []))).toMatchInlineSnapshot(`
    "error: A program that prepares the start of the app failed: x is undefined
    what to do: Report it to the maintainers of the buildpack that the next message names.
    This is about the machine or a service that the build stands on, not about your app.
    (LAUNCH_HELPER_BROKEN)"
  `);
});
