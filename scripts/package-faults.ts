import { type Fault, fault } from '@dema/errors';
import { argumentsInvalid } from './faults.ts';

export function targetInvalid(text: string): Fault {
  return argumentsInvalid(
    `${JSON.stringify(text)} in \`--target\` is no target.`,
    'Write a system, perhaps with an architecture and distributions, such as `linux/arm64` or `linux/amd64:debian@13`.',
  );
}

export function systemUnsupported(os: string): Fault {
  return argumentsInvalid(
    `Packages are made for Linux, and the target is "${os}".`,
    'Name targets of Linux with `--target`; `pack buildpack package` makes packages for Windows.',
  );
}

export function runtimeUnsupported(architecture: string): Fault {
  return argumentsInvalid(
    `Buildpacks of Dema run on amd64 and arm64, and the target is "${architecture}".`,
    'Name targets of these architectures with `--target`.',
  );
}

export function packageUnsupported(file: string, what: string): Fault {
  return argumentsInvalid(
    `${file} is for ${what}, of which Dema makes no package.`,
    'Name the folder of a buildpack for Linux, or use `pack`.',
  );
}

export function packageTwice(name: string): Fault {
  return argumentsInvalid(
    `${name} is a package already.`,
    'Name the folder of the buildpack; `dema push` copies a package to a registry.',
  );
}

export function buildpackRegistryUnsupported(locator: string): Fault {
  return argumentsInvalid(
    `${locator} names a buildpack by the index of a buildpack registry, which Dema does not read.`,
    "Name the image that the index has for it, with `docker://` before it; the buildpack's own page tells it.",
  );
}

export function archiveChecksumMissing(url: string): Fault {
  return argumentsInvalid(
    `${url} has no checksum, so nobody can tell whether what comes from there is what is meant.`,
    `Write the SHA-256 of the file behind it, as \`${url}#sha256:HEX\`; \`sha256sum\` gives it.`,
  );
}

export function archiveChecksumInvalid(url: string, text: string): Fault {
  return argumentsInvalid(
    `"#${text}" behind ${url} is no SHA-256 of what comes from there.`,
    `Write \`${url}#sha256:HEX\` with the 64 digits, in small letters, that \`sha256sum\` gives for the file.`,
  );
}

export function buildpackageInvalid(name: string, reason: string): Fault {
  return argumentsInvalid(
    `${name} is no package of a buildpack: ${reason}.`,
    'Name a package that `dema buildpack package` or `pack buildpack package` made, or the folder of a buildpack.',
  );
}

export function buildpackMissing(path: string): Fault {
  return argumentsInvalid(
    `There is nothing at ${path}, where a buildpack was looked for.`,
    'Name the folder of a buildpack, an archive of such a folder, or the file of a package.',
  );
}

export function archiveWithoutBuildpack(file: string): Fault {
  return argumentsInvalid(
    `${file} holds no buildpack: it has no buildpack.toml outside of all folders, and is no package.`,
    'Pack what is in the folder of the buildpack, such as with `tar czf rust.tgz -C ./rust .`, or name what `dema buildpack package` made.',
  );
}

export function packageUnnamed(): Fault {
  return argumentsInvalid(
    'A package in a registry needs a name that begins with the registry.',
    'Write it with `--tag`, such as `--tag registry.example/acme/rust:1.0.0`.',
  );
}

/** @param cause that of reading it, which does not know its name */
export function archiveInvalid(name: string, cause: Fault): Fault {
  return fault('CLI_ARCHIVE_INVALID', {
    problem: `${name} cannot be read as an archive: ${cause.problem}`,
    fix: `Name the archive that was meant. ${cause.fix}`,
    blame: 'user',
    cause,
  });
}
