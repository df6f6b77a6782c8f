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

test('programs that cannot be started', () => {
  const known = [
    faults.programMissing('/bin/nope', 'tool:1'),
    faults.programMissing('nope', 'tool:1', '/usr/bin:/bin'),
    faults.programNotExecutable('/etc', 'tool:1'),
    faults.programNotStarted('/srv/app', 'tool:1'),
  ];
  expect(known.map(({ exitCode }) => exitCode)).toEqual([127, 127, 126, 126]);
  expect(known.map(formatFault).join('\n')).toMatchInlineSnapshot(`
    "error: The image tool:1 has no program /bin/nope.
    what to do: Name one that it has, by its whole path or as PATH finds it; \`--process TYPE\` starts a process of an app.
    (ENGINE_PROGRAM_MISSING)
    error: The image tool:1 has no program nope on its PATH /usr/bin:/bin.
    what to do: Name one that it has, by its whole path or as PATH finds it; \`--process TYPE\` starts a process of an app.
    (ENGINE_PROGRAM_MISSING)
    error: /etc of the image tool:1 is no program: it is a folder, or a file that may not be executed.
    what to do: Name a program of the image, or build the image with the file marked as executable.
    (ENGINE_PROGRAM_NOT_EXECUTABLE)
    error: /srv/app of the image tool:1 cannot be started.
    what to do: Check that the image has what the program needs to start, its loader or the interpreter of its first line, and that it is for this processor.
    (ENGINE_PROGRAM_NOT_STARTED)"
  `);
});
