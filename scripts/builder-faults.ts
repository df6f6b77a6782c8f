import { type Fault, fault } from '@dema/errors';
import { EXIT } from '@dema/spec';
import { argumentsInvalid } from './faults.ts';

export function moduleOfBuilder(uri: string): Fault {
  return argumentsInvalid(
    `"${uri}" is a buildpack of another builder, and this one is only being made.`,
    'Write where the buildpack is: a folder, a package (`.cnb`, `oci:DIR`), or `docker://HOST/NAME`.',
  );
}

/** @param own names of the buildpacks of ours, which are no extensions */
export function moduleUnknown(kind: string, uri: string, folder: string, own: string[]): Fault {
  return fault('CLI_MODULE_UNKNOWN', {
    problem: `There is no ${kind} "${uri}", neither in ${folder} nor in the image store${own.length > 0 ? `; those of Dema are ${own.join(', ')}` : ''}.`,
    fix: `Write ${own.length > 0 ? 'the id of a buildpack of Dema, ' : ''}a folder, a package (\`.cnb\`, \`oci:DIR\`), or \`docker://HOST/NAME\`.`,
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

/**
 * A fault of something that cannot be had, with the place where it is named.
 * @param origin an option, or a key with its file
 */
export function namedIn(origin: string, failure: Fault): Fault {
  return fault(failure.code, { ...failure, problem: `${failure.problem} It is named in ${origin}.` });
}

export function moduleDiffers(uri: string, found: string, wanted: string): Fault {
  return fault('CLI_MODULE_DIFFERS', {
    problem: `${uri} is ${found}, where the definition of the builder says ${wanted}.`,
    fix: 'Correct `id` and `version` beside the `uri`, or leave them out.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function buildImageMissing(folder: string, name?: string): Fault {
  return fault('CLI_BUILD_IMAGE_MISSING', {
    problem: name
      ? `The build image ${name} of the builder in ${folder} cannot be found.`
      : `The builder in ${folder} names no build image.`,
    fix: 'Write an `image` into `[build]`: a built-in one (`base`), the folder of a base.toml, a name of the image store, `oci:DIR`, or one that begins with its registry.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function architectureUnknown(architecture: string): Fault {
  return argumentsInvalid(
    `Base images and the runtime of our buildpacks are for amd64 and arm64, not for ${architecture}.`,
    'Name one of these with `--target` or `--arch`, or a build image and buildpacks of others.',
  );
}

export function lifecycleMissing(uri: string, folder: string): Fault {
  return fault('CLI_LIFECYCLE_MISSING', {
    problem: `There is no lifecycle ${uri}, neither in ${folder} nor in the image store.`,
    fix: 'Name an archive of a release (`lifecycle-v…+linux.x86-64.tgz`), its address with `#sha256=…` behind it, or `docker://HOST/NAME` for an image of it.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function lifecycleVersionOnly(version: string): Fault {
  return argumentsInvalid(
    `The definition of the builder names the lifecycle by its version ${version} alone, and this program knows no place to fetch it from.`,
    `Download \`lifecycle-v${version}+linux.x86-64.tgz\` of its releases, and write its path, or its address with \`#sha256=…\` behind it, as \`uri\` into \`[lifecycle]\`; or give it with \`--lifecycle\`.`,
  );
}

export function definitionContradicts(folder: string, table: string, one: string, other: string): Fault {
  return fault('CLI_BUILDER_CONTRADICTS', {
    problem: `The definition of the builder in ${folder} names ${one} in \`${table}\` and ${other} in \`[stack]\`.`,
    fix: 'Leave `[stack]` out; its `id` comes from the build image.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function labelOptionInvalid(text: string): Fault {
  return argumentsInvalid(`"${text}" is no label.`, 'Write `--label NAME=VALUE`.');
}

export function noBuilder(name: string): Fault {
  return argumentsInvalid(
    `The image ${name} is no builder: it has not the labels of one.`,
    'Name an image that `dema builder create` or `pack builder create` made; `dema inspect` shows any other.',
  );
}

export function baseImagesUnnamed(tag: string): Fault {
  return argumentsInvalid(
    'Base images for a registry need a name that begins with the registry.',
    `Give it with \`--tag registry.example/${tag}\`.`,
  );
}

export function depthInvalid(text: string): Fault {
  return argumentsInvalid(`"${text}" is no depth.`, 'Write a whole number, such as `--depth 1`.');
}

export function builtInNotMade(name: string): Fault {
  return fault('CLI_IMAGE_MISSING', {
    problem: `The image of the built-in builder ${name} was not made here yet.`,
    fix: `Make it with \`dema builder create ${name}\`; \`dema build\` needs no image of it.`,
    blame: 'user',
  });
}

export function runImageOfOtherStack(name: string, found: string, wanted: string): Fault {
  return fault('CLI_BUILDER_CONTRADICTS', {
    problem: `The definition of the builder is for the stack ${wanted}, and its run image ${name} is ${found ? `of ${found}` : 'of none'}.`,
    fix: 'Name a run image of that stack, or leave `[stack]` out.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function builderSystemUnsupported(os: string): Fault {
  return argumentsInvalid(
    `Builders are made for Linux, and the target is "${os}".`,
    'Name targets of Linux with `--target`.',
  );
}
