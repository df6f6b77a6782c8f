import { type Fault, fault } from '@dema/errors';

export function referenceUnversioned(composite: string, id: string): Fault {
  return fault('ENGINE_PACKAGE_UNVERSIONED', {
    problem: `The order of ${composite} names ${id} without a version.`,
    fix: `Write the \`version\` of ${id} in the order, as a package holds one of them.`,
    blame: 'user',
  });
}

export function referenceMissing(composite: string, wanted: string, present: string[]): Fault {
  return fault('ENGINE_PACKAGE_INCOMPLETE', {
    problem: `The order of ${composite} names ${wanted}, which is not in the package.`,
    fix: 'Add it to the `[[dependencies]]` of package.toml, or correct id and version in the order.',
    blame: 'user',
    details: [`there is: ${present.length > 0 ? present.join(', ') : 'nothing else'}`],
  });
}

export function dependencyUnused(composite: string, dependency: string): Fault {
  return fault('ENGINE_PACKAGE_DEPENDENCY_UNUSED', {
    problem: `${dependency} is a dependency of ${composite}, and no order names it.`,
    fix: 'Name it in the `[[order]]` of the composite buildpack, or take it out of the `[[dependencies]]` of package.toml.',
    blame: 'user',
  });
}

export function stacksIncompatible(stacks: string[]): Fault {
  return fault('ENGINE_PACKAGE_STACKS_INCOMPATIBLE', {
    problem: 'There is no stack that all buildpacks of the package run on.',
    fix: 'Use versions of them that have a stack in common, or such as name none.',
    blame: 'user',
    details: stacks,
  });
}

export function moduleTwice(name: string): Fault {
  return fault('ENGINE_PACKAGE_AMBIGUOUS', {
    problem: `Two dependencies bring ${name}, each with other contents.`,
    fix: 'Take both from packages that were made of the same one, or give one of them another version.',
    blame: 'user',
  });
}

export function moduleFileSpecial(id: string, file: string): Fault {
  return fault('ENGINE_PACKAGE_FILE_SPECIAL', {
    problem: `${file} of ${id} is a pipe, a socket or a device, which an image cannot have.`,
    fix: 'Take it out of the folder; a buildpack that needs one makes it when it runs.',
    blame: 'user',
  });
}
