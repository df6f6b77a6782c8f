import { formatFault } from '@dema/errors';
import { expect, test } from 'vitest';
import * as faults from './builder-faults.ts';

const textOf = (fault: Parameters<typeof formatFault>[0]) => formatFault(fault);

test('a definition that names what is not there', () => {
  expect(textOf(faults.buildImageMissing('/builder'))).toMatchInlineSnapshot(`
    "error: The builder in /builder names no build image.
    what to do: Write an \`image\` into \`[build]\`: a built-in one (\`base\`), the folder of a base.toml, a name of the image store, \`oci:DIR\`, or one that begins with its registry.
    (CLI_BUILD_IMAGE_MISSING)"
  `);
  expect(textOf(faults.buildImageMissing('/builder', 'none'))).toContain(
    'The build image none of the builder in /builder cannot be found.',
  );
  expect(textOf(faults.lifecycleMissing('./l.tgz', '/builder'))).toMatchInlineSnapshot(`
    "error: There is no lifecycle ./l.tgz, neither in /builder nor in the image store.
    what to do: Name an archive of a release (\`lifecycle-v…+linux.x86-64.tgz\`), its address with \`#sha256=…\` behind it, or \`docker://HOST/NAME\` for an image of it.
    (CLI_LIFECYCLE_MISSING)"
  `);
  expect(textOf(faults.namedIn('`--lifecycle`', faults.lifecycleMissing('./l.tgz', '/builder')))).toContain(
    'nor in the image store. It is named in `--lifecycle`.\n',
  );
  expect(
    textOf(faults.moduleUnknown('buildpack', 'dema/nodjs', '/builder', ['dema/nodejs@0.1.0'])),
  ).toMatchInlineSnapshot(`
    "error: There is no buildpack "dema/nodjs", neither in /builder nor in the image store; those of Dema are dema/nodejs@0.1.0.
    what to do: Write the id of a buildpack of Dema, a folder, a package (\`.cnb\`, \`oci:DIR\`), or \`docker://HOST/NAME\`.
    (CLI_MODULE_UNKNOWN)"
  `);
  expect(textOf(faults.moduleUnknown('extension', 'acme/none', '/builder', []))).toMatchInlineSnapshot(`
    "error: There is no extension "acme/none", neither in /builder nor in the image store.
    what to do: Write a folder, a package (\`.cnb\`, \`oci:DIR\`), or \`docker://HOST/NAME\`.
    (CLI_MODULE_UNKNOWN)"
  `);
  expect(textOf(faults.moduleDiffers('./hello', 'acme/hello@1.2.3', 'acme/hello@2'))).toMatchInlineSnapshot(`
    "error: ./hello is acme/hello@1.2.3, where the definition of the builder says acme/hello@2.
    what to do: Correct \`id\` and \`version\` beside the \`uri\`, or leave them out.
    (CLI_MODULE_DIFFERS)"
  `);
});

test('a definition that contradicts itself', () => {
  expect(textOf(faults.runImageOfOtherStack('example/run', 'a', 'b'))).toMatchInlineSnapshot(`
    "error: The definition of the builder is for the stack b, and its run image example/run is of a.
    what to do: Name a run image of that stack, or leave \`[stack]\` out.
    (CLI_BUILDER_CONTRADICTS)"
  `);
  expect(faults.runImageOfOtherStack('example/run', '', 'b').problem).toContain(
    'its run image example/run is of none.',
  );
  expect(textOf(faults.definitionContradicts('/builder', '[run]', 'a', 'b'))).toMatchInlineSnapshot(`
    "error: The definition of the builder in /builder names a in \`[run]\` and b in \`[stack]\`.
    what to do: Leave \`[stack]\` out; its \`id\` comes from the build image.
    (CLI_BUILDER_CONTRADICTS)"
  `);
});

test('what only others can have', () => {
  expect(textOf(faults.builderSystemUnsupported('windows'))).toMatchInlineSnapshot(`
    "error: Builders are made for Linux, and the target is "windows".
    what to do: Name targets of Linux with \`--target\`.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(textOf(faults.lifecycleVersionOnly('0.21.14'))).toMatchInlineSnapshot(`
    "error: The definition of the builder names the lifecycle by its version 0.21.14 alone, and this program knows no place to fetch it from.
    what to do: Download \`lifecycle-v0.21.14+linux.x86-64.tgz\` of its releases, and write its path, or its address with \`#sha256=…\` behind it, as \`uri\` into \`[lifecycle]\`; or give it with \`--lifecycle\`.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(textOf(faults.moduleOfBuilder('from=builder:acme/hello'))).toMatchInlineSnapshot(`
    "error: "from=builder:acme/hello" is a buildpack of another builder, and this one is only being made.
    what to do: Write where the buildpack is: a folder, a package (\`.cnb\`, \`oci:DIR\`), or \`docker://HOST/NAME\`.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(textOf(faults.architectureUnknown('s390x'))).toMatchInlineSnapshot(`
    "error: Base images and the runtime of our buildpacks are for amd64 and arm64, not for s390x.
    what to do: Name one of these with \`--target\` or \`--arch\`, or a build image and buildpacks of others.
    (CLI_ARGUMENTS_INVALID)"
  `);
});

test('what is no builder', () => {
  expect(textOf(faults.noBuilder('shop'))).toMatchInlineSnapshot(`
    "error: The image shop is no builder: it has not the labels of one.
    what to do: Name an image that \`dema builder create\` or \`pack builder create\` made; \`dema inspect\` shows any other.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(textOf(faults.depthInvalid('x'))).toMatchInlineSnapshot(`
    "error: "x" is no depth.
    what to do: Write a whole number, such as \`--depth 1\`.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(textOf(faults.builtInNotMade('base'))).toMatchInlineSnapshot(`
    "error: The image of the built-in builder base was not made here yet.
    what to do: Make it with \`dema builder create base\`; \`dema build\` needs no image of it.
    (CLI_IMAGE_MISSING)"
  `);
});

test('a base image for no registry', () => {
  expect(textOf(faults.baseImagesUnnamed('dema/tiny:trixie'))).toMatchInlineSnapshot(`
    "error: Base images for a registry need a name that begins with the registry.
    what to do: Give it with \`--tag registry.example/dema/tiny:trixie\`.
    (CLI_ARGUMENTS_INVALID)"
  `);
});

test('a label without a name', () => {
  expect(textOf(faults.labelOptionInvalid('x'))).toMatchInlineSnapshot(`
    "error: "x" is no label.
    what to do: Write \`--label NAME=VALUE\`.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(faults.labelOptionInvalid('x').exitCode).toBe(3);
});
