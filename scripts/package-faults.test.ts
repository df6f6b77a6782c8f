import { formatFault } from '@dema/errors';
import { expect, test } from 'vitest';
import * as faults from './package-faults.ts';

test('places of buildpacks that are none', () => {
  expect(formatFault(faults.buildpackageInvalid('./a.cnb', 'it has not the labels of one'))).toMatchInlineSnapshot(`
    "error: ./a.cnb is no package of a buildpack: it has not the labels of one.
    what to do: Name a package that \`dema buildpack package\` or \`pack buildpack package\` made, or the folder of a buildpack.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(formatFault(faults.buildpackMissing('/packs/rust'))).toMatchInlineSnapshot(`
    "error: There is nothing at /packs/rust, where a buildpack was looked for.
    what to do: Name the folder of a buildpack, an archive of such a folder, or the file of a package.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(formatFault(faults.archiveWithoutBuildpack('/packs/rust.tgz'))).toMatchInlineSnapshot(`
    "error: /packs/rust.tgz holds no buildpack: it has no buildpack.toml outside of all folders, and is no package.
    what to do: Pack what is in the folder of the buildpack, such as with \`tar czf rust.tgz -C ./rust .\`, or name what \`dema buildpack package\` made.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(formatFault(faults.buildpackRegistryUnsupported('urn:cnb:registry:a/b'))).toMatchInlineSnapshot(`
    "error: urn:cnb:registry:a/b names a buildpack by the index of a buildpack registry, which Dema does not read.
    what to do: Name the image that the index has for it, with \`docker://\` before it; the buildpack's own page tells it.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(formatFault(faults.archiveInvalid('./a.tgz', faults.packageUnnamed()))).toMatchInlineSnapshot(`
    "error: ./a.tgz cannot be read as an archive: A package in a registry needs a name that begins with the registry.
    what to do: Name the archive that was meant. Write it with \`--tag\`, such as \`--tag registry.example/acme/rust:1.0.0\`.
    (CLI_ARCHIVE_INVALID)"
  `);
  expect(formatFault(faults.archiveChecksumMissing('https://server/a.tgz'))).toMatchInlineSnapshot(`
    "error: https://server/a.tgz has no checksum, so nobody can tell whether what comes from there is what is meant.
    what to do: Write the SHA-256 of the file behind it, as \`https://server/a.tgz#sha256:HEX\`; \`sha256sum\` gives it.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(formatFault(faults.archiveChecksumInvalid('https://server/a.tgz', 'sha256:abc'))).toMatchInlineSnapshot(`
    "error: "#sha256:abc" behind https://server/a.tgz is no SHA-256 of what comes from there.
    what to do: Write \`https://server/a.tgz#sha256:HEX\` with the 64 digits, in small letters, that \`sha256sum\` gives for the file.
    (CLI_ARGUMENTS_INVALID)"
  `);
});

test('packages that cannot be made', () => {
  expect(formatFault(faults.targetInvalid('linux/'))).toMatchInlineSnapshot(`
    "error: "linux/" in \`--target\` is no target.
    what to do: Write a system, perhaps with an architecture and distributions, such as \`linux/arm64\` or \`linux/amd64:debian@13\`.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(formatFault(faults.systemUnsupported('windows'))).toMatchInlineSnapshot(`
    "error: Packages are made for Linux, and the target is "windows".
    what to do: Name targets of Linux with \`--target\`; \`pack buildpack package\` makes packages for Windows.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(formatFault(faults.runtimeUnsupported('s390x'))).toMatchInlineSnapshot(`
    "error: Buildpacks of Dema run on amd64 and arm64, and the target is "s390x".
    what to do: Name targets of these architectures with \`--target\`.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(formatFault(faults.packageUnsupported('/all/package.toml', 'an image extension'))).toMatchInlineSnapshot(`
    "error: /all/package.toml is for an image extension, of which Dema makes no package.
    what to do: Name the folder of a buildpack for Linux, or use \`pack\`.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(formatFault(faults.packageTwice('/packs/a.cnb'))).toMatchInlineSnapshot(`
    "error: /packs/a.cnb is a package already.
    what to do: Name the folder of the buildpack; \`dema push\` copies a package to a registry.
    (CLI_ARGUMENTS_INVALID)"
  `);
  expect(formatFault(faults.packageUnnamed())).toMatchInlineSnapshot(`
    "error: A package in a registry needs a name that begins with the registry.
    what to do: Write it with \`--tag\`, such as \`--tag registry.example/acme/rust:1.0.0\`.
    (CLI_ARGUMENTS_INVALID)"
  `);
});
