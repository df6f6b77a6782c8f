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
    fix: 'Name a folder that holds a builder.toml and, where it makes its own base images, run.lock.json and build.lock.json.',
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

export function packageListsMissing(folder: string): Fault {
  return fault('BUILDER_PACKAGE_LISTS_MISSING', {
    problem: `${folder} has no list of Debian packages (\`run.packages.json\`, \`build.packages.json\`), so its base images are not made of any.`,
    fix: 'Name a builder whose base images are assembled here, such as `base`.',
    blame: 'user',
  });
}
