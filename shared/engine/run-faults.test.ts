import { formatFault } from '@dema/errors';
import { expect, test } from 'vitest';
import * as faults from './run-faults.ts';

test('images that cannot be run', () => {
  expect(formatFault(faults.imageCommandMissing())).toMatchInlineSnapshot(`
    "error: The image does not say what is to be started: it has neither an entry point nor a command.
    what to do: Give a command after \`--\`, such as \`dema run IMAGE -- sh\`.
    (ENGINE_IMAGE_COMMAND_MISSING)"
  `);
  expect(formatFault(faults.imagePlatformDiffers('linux/arm64/v8', 'linux/amd64'))).toMatchInlineSnapshot(`
    "error: The image is for linux/arm64/v8, and this machine runs linux/amd64.
    what to do: Name an image for this machine, or run this one on a machine of its kind.
    (ENGINE_IMAGE_PLATFORM)"
  `);
  expect(formatFault(faults.imageUserUnknown('app', 'user'))).toMatchInlineSnapshot(`
    "error: The image runs as the user "app", which its /etc/passwd does not have.
    what to do: Build the image with a user that it has, or with its number.
    (ENGINE_IMAGE_USER_UNKNOWN)"
  `);
  expect(formatFault(faults.imageUserUnknown('web', 'group'))).toMatchInlineSnapshot(`
    "error: The image runs as the group "web", which its /etc/group does not have.
    what to do: Build the image with a group that it has, or with its number.
    (ENGINE_IMAGE_USER_UNKNOWN)"
  `);
});
