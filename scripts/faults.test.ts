import { formatFault } from '@dema/errors';
import { expect, test } from 'vitest';
import * as faults from './faults.ts';

test('arguments that cannot be understood', () => {
  expect(formatFault(faults.envInvalid('A B'))).toMatchInlineSnapshot(`
    "error: "A B" in \`--env\` is no name of a variable.
    what to do: Write \`--env NAME=value\`, or \`--env NAME\` for the value that NAME has here.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(formatFault(faults.buildpackUnknown('dema/rust', ['dema/nodejs']))).toMatchInlineSnapshot(`
    "error: The builder has no buildpack "dema/rust"; it has dema/nodejs.
    what to do: Name one of these, or the folder or package of a buildpack by a path that begins with \`.\` or \`/\`.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(formatFault(faults.outputUnknown('moon'))).toMatchInlineSnapshot(`
    "error: "moon" is no place for an image.
    what to do: Write \`--output\` with \`store\`, \`daemon\`, \`registry\`, \`oci:DIR\` or \`archive:FILE\`.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(faults.outputUnknown('moon').exitCode).toBe(3);
});

test('a result that is lost', () => {
  expect(formatFault(faults.resultUnwritten('no space left on device'))).toMatchInlineSnapshot(`
    "error: The result could not be written to standard output: no space left on device.
    what to do: What the command made is made; make room where its output goes, or send it elsewhere, and run it again.
    This is about the machine or a service that the build stands on, not about your app.
    (CLI_RESULT_UNWRITTEN)"
  `);
});

test('a folder that is no buildpack', () => {
  expect(formatFault(faults.buildpackFolderIncomplete('/bp', 'bin/build'))).toMatchInlineSnapshot(`
    "error: The folder /bp has no bin/build, which every buildpack needs.
    what to do: Name the folder in which the \`buildpack.toml\` of the buildpack stands, with \`bin/detect\` and \`bin/build\` or an \`index.ts\` beside it.
    (CLI_BUILDPACK_INCOMPLETE)"
  `);
});

test('an image that is not there', () => {
  expect(formatFault(faults.imageMissing('shop:latest', ['blog:latest']))).toMatchInlineSnapshot(`
    "error: There is no image shop:latest in the image store.
      | images:
      | blog:latest
    what to do: Build it with \`dema build PATH --tag NAME\`, or name one of those that \`dema images\` lists.
    (CLI_IMAGE_MISSING)"
  `);
  expect(formatFault(faults.imageMissing('shop:latest', []))).toMatchInlineSnapshot(`
    "error: There is no image shop:latest in the image store.
    what to do: Build it with \`dema build PATH --tag NAME\`, or name one of those that \`dema images\` lists.
    (CLI_IMAGE_MISSING)"
  `);
});

test('a file that is not there', () => {
  expect(formatFault(faults.imageFileMissing('/tmp/shop.tar'))).toMatchInlineSnapshot(`
    "error: There is no image at /tmp/shop.tar.
    what to do: Name the folder of an OCI image layout, or an archive of an image.
    (CLI_IMAGE_MISSING)"
  `);
});

test('a registry without a network', () => {
  expect(formatFault(faults.registryNeedsNetwork())).toMatchInlineSnapshot(`
    "error: Nothing can be sent to a registry with \`--offline\`.
    what to do: Build without \`--publish\`, and send the image later with \`dema push\`.
    (CLI_ARGUMENTS_INVALID)"
  `);
});

test('a container engine that is not there, or fails', () => {
  expect(formatFault(faults.engineMissing(['docker', 'podman']))).toMatchInlineSnapshot(`
    "error: No container engine is there to load the image into: none of docker, podman is on PATH.
    what to do: Install one, name its program in DEMA_CONTAINER_ENGINE, or write \`--output archive:FILE\` and load that elsewhere.
    This is about the machine or a service that the build stands on, not about your app.
    (CLI_ENGINE_MISSING)"
  `);
  expect(formatFault(faults.engineFailed('docker', 'a\nno space'))).toMatchInlineSnapshot(`
    "error: \`docker load\` could not load the image.
      | a
      | no space
    what to do: See what docker says; the image is in the image store, so \`dema push\` and \`dema run\` find it.
    This is about the machine or a service that the build stands on, not about your app.
    (CLI_ENGINE_FAILED)"
  `);
});

test('an image that a registry has not', () => {
  expect(formatFault(faults.registryImageMissing('registry.example/shop'))).toMatchInlineSnapshot(`
    "error: The registry has no image registry.example/shop.
    what to do: Check the name and the tag; without a tag it is \`latest\`.
    (CLI_IMAGE_MISSING)"
  `);
});

test('a machine that builds do not run on', () => {
  expect(formatFault(faults.platformUnsupported('darwin on arm64'))).toMatchInlineSnapshot(`
    "error: Builds run on Linux with an x64 or arm64 processor; this is darwin on arm64.
    what to do: Run \`dema\` on such a machine, in a virtual machine or in WSL 2.
    This is about the machine or a service that the build stands on, not about your app.
    (CLI_PLATFORM_UNSUPPORTED)"
  `);
});

test('an error of our own', () => {
  expect(formatFault(faults.unexpected('x is not a function', ['at y']))).toMatchInlineSnapshot(`
    "error: x is not a function
      | at y
    what to do: Try again; if it happens again, report it.
    This is a bug in Dema. Please report it with the output above and the one of \`dema doctor\`.
    (CLI_UNEXPECTED)"
  `);
});

test('an image without documents of what is in it', () => {
  expect(formatFault(faults.sbomMissing('shop:latest'))).toMatchInlineSnapshot(`
    "error: The image shop:latest holds no software bill of materials.
    what to do: Build it with buildpacks that write one, and without BP_DISABLE_SBOM.
    (CLI_SBOM_MISSING)"
  `);
  expect(formatFault(faults.sbomInvalid('shop:latest', 'a_b/c/sbom.cdx.json'))).toMatchInlineSnapshot(`
    "error: The document a_b/c/sbom.cdx.json in the image shop:latest is not JSON.
    what to do: Report this to the authors of the buildpack that wrote it; its id is the first part of that path.
    This is about the machine or a service that the build stands on, not about your app.
    (CLI_SBOM_INVALID)"
  `);
});

test('a builder with image extensions', () => {
  const fault = faults.extensionsUnsupported('/builder');
  expect(fault.problem).toBe(
    'The builder in /builder has image extensions, whose Dockerfiles this engine does not run.',
  );
  expect(fault).toMatchObject({ fix: expect.stringContaining('kpack or Tekton'), exitCode: 3 });
});

test('a folder where the name of an image is meant', () => {
  expect(formatFault(faults.imageNameInvalid('./shop'))).toMatchInlineSnapshot(`
    "error: With \`--path\` the argument is the name of the image, and "./shop" is none.
    what to do: Write \`dema build NAME --path DIR\`, or leave \`--path\` out and give the folder alone.
    (CLI_ARGUMENTS_INVALID)"
  `);
});

test('a project.toml that cannot be read', () => {
  expect(formatFault(faults.descriptorUnreadable('/app/project.toml', 'it is a folder'))).toMatchInlineSnapshot(`
    "error: /app/project.toml cannot be read: it is a folder.
    what to do: A project.toml is a file that the user who builds may read; name another one with \`--descriptor\`, or correct this one.
    (CLI_DESCRIPTOR_UNREADABLE)"
  `);
  expect(faults.descriptorUnreadable('/app/project.toml', 'it is a folder').exitCode).toBe(3);
});

test('a file that was named and cannot be read', () => {
  expect(formatFault(faults.fileUnreadable('/hello.cnb', 'permission denied'))).toMatchInlineSnapshot(`
    "error: /hello.cnb cannot be read: permission denied.
    what to do: Put a file in its place that the user of this command may read, or name another one.
    (CLI_FILE_UNREADABLE)"
  `);
  expect(faults.fileUnreadable('/hello.cnb', 'permission denied').exitCode).toBe(3);
});

test('a place that cannot be written to', () => {
  expect(formatFault(faults.outputUnwritable('/out/r.toml', 'permission denied'))).toMatchInlineSnapshot(`
    "error: /out/r.toml cannot be written: permission denied.
    what to do: Name a place that the user who runs Dema may write to.
    (CLI_OUTPUT_UNWRITABLE)"
  `);
  expect(faults.outputUnwritable('/out', 'permission denied').exitCode).toBe(3);
});
