import { formatFault } from '@dema/errors';
import { expect, test } from 'vitest';
import * as faults from './faults.ts';

test('a refusal of user namespaces names its cause and the way out', () => {
  const found = { cause: 'the kernel setting user.max_user_namespaces is 0', fix: 'Run `sysctl …` as root.' };
  expect(formatFault(faults.namespacesRefused('bwrap: No permissions', found))).toMatchInlineSnapshot(`
    "error: This machine refuses the user namespaces that builds and images run in: the kernel setting user.max_user_namespaces is 0.
      | bwrap: No permissions
    what to do: Run \`sysctl …\` as root.
    This is about the machine or a service that the build stands on, not about your app.
    (ENGINE_NAMESPACES_REFUSED)"
  `);
  expect(formatFault(faults.namespacesRefused('bwrap: No permissions', undefined))).toMatchInlineSnapshot(`
    "error: This machine refuses the user namespaces that builds and images run in: no known setting explains it.
      | bwrap: No permissions
    what to do: Allow unprivileged user namespaces on this machine; \`dema doctor\` shows what it finds.
    This is about the machine or a service that the build stands on, not about your app.
    (ENGINE_NAMESPACES_REFUSED)"
  `);
});

test('a sandbox that cannot be put together', () => {
  expect(formatFault(faults.sandboxFailed("Can't make overlay mount"))).toMatchInlineSnapshot(`
    "error: The file system that a build or an image runs in could not be put together.
      | Can't make overlay mount
    what to do: Check that DEMA_CACHE lies on a local file system of this machine and that Linux is 5.11 or later.
    This is about the machine or a service that the build stands on, not about your app.
    (ENGINE_SANDBOX_FAILED)"
  `);
});

test('a variable that cannot be one', () => {
  expect(formatFault(faults.envNameInvalid('../x'))).toMatchInlineSnapshot(`
    "error: "../x" cannot be the name of a variable of the build.
    what to do: Give a name without \`/\`, such as \`--env BP_NODE_VERSION=22\`.
    (ENGINE_ENV_NAME_INVALID)"
  `);
});

test('a text that ends before its end', () => {
  expect(formatFault(faults.wordInvalid('PATH'))).toMatchInlineSnapshot(`
    "error: What is to run was given a text with a NUL byte in it: that of PATH.
    what to do: No variable, path or argument can hold one. Take it out where it comes from: a buildpack, the builder, the image or the file of \`--env-file\`.
    (ENGINE_WORD_INVALID)"
  `);
});

test('an app that is not there, or empty, or closed', () => {
  expect(formatFault(faults.appUnreadable('secret.txt', 'EACCES'))).toMatchInlineSnapshot(`
    "error: secret.txt is part of the app, but cannot be read: EACCES.
    what to do: Make it readable for the user who builds, or leave it out by \`exclude\` in project.toml.
    (ENGINE_APP_UNREADABLE)"
  `);
  expect(formatFault(faults.appFolderMissing('/app'))).toMatchInlineSnapshot(`
    "error: There is no folder /app.
    what to do: Name the folder that holds the source code of your app, such as \`dema build ./my-app\`.
    (ENGINE_APP_MISSING)"
  `);
  expect(formatFault(faults.appFolderEmpty('/app'))).toMatchInlineSnapshot(`
    "error: The folder /app is empty.
    what to do: Name the folder that holds the source code of your app, such as \`dema build ./my-app\`.
    (ENGINE_APP_EMPTY)"
  `);
  expect(formatFault(faults.appFolderUnreadable('/app', 'permission denied'))).toMatchInlineSnapshot(`
    "error: The folder /app cannot be read: permission denied.
    what to do: Make it readable for the user who builds, or name another folder.
    (ENGINE_APP_FOLDER_UNREADABLE)"
  `);
  expect(faults.appFolderUnreadable('/app', 'permission denied').exitCode).toBe(3);
  expect([faults.appFolderMissing('/app').exitCode, faults.appFolderEmpty('/app').exitCode]).toEqual([3, 20]);
});

test('no group that fits', () => {
  const fault = faults.nothingDetected(['dema/nodejs: fail: no package.json'], false);
  expect(formatFault(fault)).toMatchInlineSnapshot(`
    "error: No group of buildpacks fits this app.
      | dema/nodejs: fail: no package.json
    what to do: Check that this is the folder of the app and that it has the files named above, or choose another builder.
    (ENGINE_DETECT_NONE)"
  `);
  expect([fault.exitCode, faults.nothingDetected([], true).exitCode]).toEqual([20, 21]);
});

test('buildpacks that fail, or do not keep to the API', () => {
  expect(formatFault(faults.buildpackFailed('a/b', '1.0.0', 3))).toMatchInlineSnapshot(`
    "error: The buildpack a/b 1.0.0 ended with exit code 3.
    what to do: Read its output above: the cause stands there.
    (ENGINE_BUILDPACK_FAILED)"
  `);
  expect(formatFault(faults.buildpackFileInvalid('a/b', 'build.toml says "x"'))).toMatchInlineSnapshot(`
    "error: The buildpack a/b broke the Buildpack API: build.toml says "x".
    what to do: Report this to the authors of a/b.
    This is about the machine or a service that the build stands on, not about your app.
    (ENGINE_BUILDPACK_OUTPUT_INVALID)"
  `);
  expect(formatFault(faults.buildpackApiUnsupported('a/b', '0.2'))).toMatchInlineSnapshot(`
    "error: The buildpack a/b wants Buildpack API 0.2, which this version does not run.
    what to do: Use a release of that buildpack for Buildpack API 0.7 to 0.12.
    This is about the machine or a service that the build stands on, not about your app.
    (ENGINE_BUILDPACK_API_UNSUPPORTED)"
  `);
  expect(formatFault(faults.buildpackMissing('a/b', 'base'))).toMatchInlineSnapshot(`
    "error: The order of builder base names the buildpack a/b, which it does not hold.
    what to do: Add a/b to the builder, or take it out of its order.
    This is about the machine or a service that the build stands on, not about your app.
    (ENGINE_BUILDPACK_MISSING)"
  `);
  expect(formatFault(faults.slicePatternInvalid('[a'))).toMatchInlineSnapshot(`
    "error: A buildpack cuts the app by the pattern "[a", which is none.
    what to do: Report this to the authors of the buildpack: patterns of \`[[slices]]\` are those of Go's filepath.Match.
    This is about the machine or a service that the build stands on, not about your app.
    (ENGINE_SLICE_PATTERN_INVALID)"
  `);
  expect(formatFault(faults.cachedContentMissing('a/b', 'deps'))).toMatchInlineSnapshot(`
    "error: The buildpack a/b keeps the layer "deps", but the previous image has none to keep.
    what to do: Build again with \`--clear-cache\`; if that does not help, report it to the authors of a/b.
    This is about the machine or a service that the build stands on, not about your app.
    (ENGINE_LAYER_CONTENT_MISSING)"
  `);
});

test('images that cannot be started as asked', () => {
  expect(formatFault(faults.processTypeMissing('web', ['worker', 'cron']))).toMatchInlineSnapshot(`
    "error: There is no process type "web".
    what to do: Choose one of: worker, cron.
    (ENGINE_PROCESS_MISSING)"
  `);
  expect(formatFault(faults.processTypeMissing('web', []))).toMatchInlineSnapshot(`
    "error: There is no process type "web".
    what to do: The image has no process type; give a command after \`--\`.
    (ENGINE_PROCESS_MISSING)"
  `);
  expect(formatFault(faults.portInUse(8080))).toMatchInlineSnapshot(`
    "error: Port 8080 is in use by another program.
    what to do: Stop that program or choose another port, such as \`--port 8081\`.
    (ENGINE_PORT_IN_USE)"
  `);
  expect(formatFault(faults.portNotAllowed(80))).toMatchInlineSnapshot(`
    "error: Port 80 may only be used by root on this machine.
    what to do: Choose a port above 1023, such as \`--port 8080\`.
    (ENGINE_PORT_NOT_ALLOWED)"
  `);
});

test('a builder that cannot be made', () => {
  expect(formatFault(faults.builderIncoherent('./mine', 'its order names a', 'Add it.'))).toMatchInlineSnapshot(`
    "error: The builder ./mine cannot be made: its order names a.
    what to do: Add it.
    (ENGINE_BUILDER_INCOHERENT)"
  `);
  expect(formatFault(faults.buildImageInvalid('./mine', 'it is for windows'))).toMatchInlineSnapshot(`
    "error: The build image of the builder ./mine is none: it is for windows.
    what to do: Name an image for Linux on that processor whose configuration sets CNB_USER_ID and CNB_GROUP_ID to numbers, as the Platform specification has it; or make the builder for another with \`--target\`.
    (ENGINE_BUILD_IMAGE_INVALID)"
  `);
  expect(formatFault(faults.lifecycleInvalid('l.tgz', 'it has no lifecycle.toml'))).toMatchInlineSnapshot(`
    "error: l.tgz holds no lifecycle that a builder could have: it has no lifecycle.toml.
    what to do: Name an archive of a release (\`lifecycle-v…+linux.x86-64.tgz\`), which has \`lifecycle.toml\` and the folder \`lifecycle\`, or an image of it; for each processor one, or leave others out with \`--target\`.
    (ENGINE_LIFECYCLE_INVALID)"
    `);
});

test('an image that is no builder, and a builder for another machine', () => {
  expect(formatFault(faults.builderInvalid('acme/app:1', 'it has no variable CNB_USER_ID'))).toMatchInlineSnapshot(`
    "error: The image acme/app:1 is no builder: it has no variable CNB_USER_ID.
    what to do: Name a builder image, which has buildpacks and the build image that they run in, as \`dema builder create\` or \`pack builder create\` makes it.
    (ENGINE_BUILDER_INVALID)"
  `);
  expect(formatFault(faults.builderPlatformDiffers('acme/builder:1', 'windows/amd64'))).toMatchInlineSnapshot(`
    "error: The builder acme/builder:1 is for windows/amd64, and its buildpacks do not run on this machine.
    what to do: Choose a builder for Linux on the processor of this machine, or build on a machine of the other kind.
    (ENGINE_BUILDER_PLATFORM)"
  `);
});
