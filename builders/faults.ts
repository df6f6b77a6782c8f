import { dirname } from 'node:path';
import { type Fault, fault } from '@dema/errors';
import { EXIT } from '@dema/spec';

export function builderUnknown(name: string, known: string[]): Fault {
  return fault('BUILDER_NAME_UNKNOWN', {
    problem: `There is no builder "${name}".`,
    fix: `Use one of: ${known.join(', ')}; or the path of a folder with a builder.toml, which begins with "." or "/".`,
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function builderFileMissing(folder: string, file: string): Fault {
  return fault('BUILDER_FILE_MISSING', {
    problem: `The builder ${folder} has no ${file}.`,
    fix: 'Name a folder that holds a builder.toml, and a base.toml where it makes its own base images. The image of any other builder is made with `dema builder create NAME --config FOLDER`.',
    blame: 'user',
  });
}

/** @param namedIn the base.toml whose `from` names it; without one a person did */
export function baseUnknown(name: string, known: string[], namedIn?: string): Fault {
  return fault('BUILDER_NAME_UNKNOWN', {
    problem: namedIn
      ? `${namedIn} names the base image "${name}" in \`from\`, and there is none of that name.`
      : `There is no base image "${name}".`,
    fix: `Use one of: ${known.join(', ')}; or the path of a folder with a base.toml, which begins with "." or "/".`,
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

/** @param namedIn as of `baseUnknown` */
export function baseFileMissing(folder: string, namedIn?: string): Fault {
  return fault('BUILDER_FILE_MISSING', {
    problem: namedIn
      ? `${namedIn} names ${folder} in \`from\`, which has no base.toml.`
      : `The folder ${folder} has no base.toml.`,
    fix: 'Name a folder that holds a base.toml, or a built-in base image such as "base".',
    blame: 'user',
  });
}

export function builderFileUnreadable(file: string, reason: string): Fault {
  return fault('BUILDER_FILE_UNREADABLE', {
    problem: `${file} cannot be read: ${reason}.`,
    fix: 'Put a file in its place that the user of this command may read.',
    blame: 'user',
  });
}

export function baseLockUnwritable(file: string, reason: string): Fault {
  return fault('BUILDER_LOCK_UNWRITABLE', {
    problem: `${file} cannot be written: ${reason}.`,
    fix: `Let the user of this command write into ${dirname(file)}, or work on a copy of the folder.`,
    blame: 'user',
  });
}

export function packageListInvalid(file: string, problem: string): Fault {
  return fault('BUILDER_PACKAGES_INVALID', {
    problem: `${file} is no list of packages: ${problem}.`,
    fix: 'Write an object with `packages` and `exclude`, each an object of package names with the reason for each.',
    blame: 'user',
  });
}

export function imageFilesConflict(path: string, first: string, second: string): Fault {
  return fault('BUILDER_FILES_CONFLICT', {
    problem: `The packages ${first} and ${second} both bring /${path}.`,
    fix: 'Leave one of the two out of the image; Debian does not install them side by side either.',
    blame: 'user',
  });
}

export function imagePathUnsafe(path: string, link: string): Fault {
  return fault('BUILDER_PATH_UNSAFE', {
    problem: `A package brings /${path}, below /${link}, which another one makes a link.`,
    fix: 'Leave one of the packages out of the image.',
    blame: 'user',
  });
}

export function baseLockMissing(file: string): Fault {
  return fault('BUILDER_LOCK_MISSING', {
    problem: `There is no ${file}, so the versions of the image's packages are not known.`,
    fix: `Make it with \`dema base update ${dirname(file)}\`, and keep it with the base.toml.`,
    blame: 'user',
  });
}

/** Names of packages by how the lock differs from the base.toml. */
export interface StaleNames {
  lacking?: string[];
  unwanted?: string[];
  /** It was made with them, and they are named no more. */
  given?: string[];
  /** It was made without them, and they are excluded no more. */
  spared?: string[];
}

export function baseLockStale(file: string, names: StaleNames): Fault {
  const { lacking = [], unwanted = [], given = [], spared = [] } = names;
  const differences = [
    ...(lacking.length > 0 ? [`it lacks ${lacking.join(', ')}`] : []),
    ...(unwanted.length > 0 ? [`it has ${unwanted.join(', ')}, which is excluded`] : []),
    ...(given.length > 0 ? [`it was made with ${given.join(', ')}, which is named no more`] : []),
    ...(spared.length > 0 ? [`it was made without ${spared.join(', ')}, which is excluded no more`] : []),
  ];
  return fault('BUILDER_LOCK_STALE', {
    problem: `${file} is of another base.toml: ${differences.join('; ')}.`,
    fix: `Bring it up to date with \`dema base update ${dirname(file)}\`.`,
    blame: 'user',
  });
}

export function baseCircular(folders: string[]): Fault {
  return fault('BUILDER_BASE_CIRCULAR', {
    problem: `Base images stand on themselves: ${folders.join(', which stands on ')}.`,
    fix: 'Let `from` in the last base.toml name a built-in one, such as "base".',
    blame: 'user',
  });
}

export function certificateInvalid(file: string, cause: unknown): Fault {
  return fault('BUILDER_CERTIFICATE_INVALID', {
    problem: `The certificate ${file} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
    fix: 'Let `certificates` in base.toml name files with certificates in PEM form, relative to it.',
    blame: 'user',
  });
}

export function packagesRemoved(lock: string, names: string[]): Fault {
  return fault('BUILDER_PACKAGES_REMOVED', {
    problem: `The update would take ${names.join(', ')} out of ${lock}. Images that are put on the new base image may need it.`,
    fix: 'Name it under `packages` in base.toml, or allow it with `--allow-removal` and build the images anew that stand on this one.',
    blame: 'user',
  });
}

export function ownPackagesMissing(builder: string): Fault {
  return fault('BUILDER_PACKAGES_MISSING', {
    problem: `The base images of ${builder} have no packages of their own, so there is no lock to move.`,
    fix: 'Update what they stand on: `dema base update` does that for the built-in ones.',
    blame: 'user',
  });
}
