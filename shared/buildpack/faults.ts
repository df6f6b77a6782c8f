import type { Dependency } from '@dema/dependencies';
import { type Fault, fault } from '@dema/errors';

export function fileInvalid(file: string, position: { line: number; column: number }, problem: string): Fault {
  return fault('APP_FILE_INVALID', {
    problem: `${file}:${position.line}:${position.column}: ${problem}.`,
    fix: `Correct ${file} at line ${position.line}.`,
    blame: 'user',
  });
}

export function fileUnreadable(file: string | undefined, reason: string): Fault {
  return fault('APP_FILE_UNREADABLE', {
    problem: `${file ?? 'A file of the app'} cannot be read: ${reason}.`,
    fix: 'Give the user who builds the right to read it, or keep it out of the app.',
    blame: 'user',
  });
}

export function commandFailed(command: string[], code: number, lines: string[]): Fault {
  return fault('BUILDPACK_COMMAND_FAILED', {
    problem: `\`${command.join(' ')}\` ended with exit code ${code}.`,
    details: lines,
    fix: 'The lines above are what the program says about it.',
    blame: 'user',
  });
}

export function bindingUnreadable(path: string, reason: string): Fault {
  return fault('BUILDPACK_BINDING_UNREADABLE', {
    problem: `${path}, a part of a service binding, cannot be read: ${reason}.`,
    fix: 'Give the user who builds the right to read it, or take the binding away.',
    blame: 'user',
  });
}

export function dependencyNotKept(missing: Pick<Dependency, 'name' | 'version' | 'sources'>[]): Fault {
  const names = missing.map(({ name, version }) => `${name} ${version}`);
  return fault('BUILDPACK_DEPENDENCY_NOT_KEPT', {
    problem: `${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} not in the store, and this build may not use the network.`,
    details: missing.flatMap(({ sources }) => sources.map(({ uri }) => uri)),
    fix: 'Build once with the network, so that it is kept; or copy the cache folder (DEMA_CACHE) of a machine where that was done; or mount a folder that has it, and name that in BP_DEPENDENCY_MIRROR.',
    blame: 'user',
  });
}

export function environmentMissing(name: string): Fault {
  return fault('BUILDPACK_ENVIRONMENT_MISSING', {
    problem: `The variable ${name}, which the Buildpack API promises to every buildpack, is not set.`,
    fix: 'Run this buildpack by `dema build`, or by a platform that speaks Buildpack API 0.10 or newer.',
    blame: 'platform',
  });
}

export function phaseUnknown(phase: string | undefined): Fault {
  return fault('BUILDPACK_PHASE_UNKNOWN', {
    problem: `A buildpack is run with \`detect\` or \`build\`, not with ${phase === undefined ? 'nothing' : JSON.stringify(phase)}.`,
    fix: 'Run bin/detect or bin/build of the buildpack.',
    blame: 'platform',
  });
}

export function skippedInBuild(reason: string): Fault {
  return fault('BUILDPACK_DETECTION_CHANGED', {
    problem: `Detection said yes to this app, but now the buildpack finds no use for itself: ${reason}.`,
    fix: 'A buildpack that ran earlier in this build may have changed the app; take it out of the build, or move it behind this one.',
    blame: 'platform',
  });
}

export function buildpackBroken(problem: string, details: string[]): Fault {
  return fault('BUILDPACK_INTERNAL_ERROR', {
    problem,
    details,
    fix: 'Nothing in the app has to change for this; until it is mended, another version of the buildpack may help.',
    blame: 'bug',
  });
}

export function keptFileMissing(path: string): Fault {
  return fault('BUILDPACK_KEPT_FILE_MISSING', {
    problem: `The build did not make ${path}, which the image needs.`,
    fix: 'See in the log above what was built; a name in the app may differ from what is built of it.',
    blame: 'user',
  });
}

export function keptNameTaken(name: string, sources: string[]): Fault {
  return fault('BUILDPACK_KEPT_NAME_TAKEN', {
    problem: `The build keeps two files as ${name}: ${sources.join(' and ')}.`,
    fix: 'Give one of them another name before it is kept.',
    blame: 'bug',
  });
}

export function helperMissing(name: string): Fault {
  return fault('BUILDPACK_HELPER_MISSING', {
    problem: `The build asks for the launch helper "${name}", and the buildpack has no launch/${name}.ts that exports \`launch\`.`,
    fix: 'Correct the name in `launch.helper(...)`, or write the file.',
    blame: 'bug',
  });
}

export function helperRuntimeMissing(folder: string): Fault {
  return fault('BUILDPACK_HELPER_RUNTIME_MISSING', {
    problem: `What launch helpers run on in an image is not in ${folder}.`,
    fix: 'Take a builder whose dema/runtime is of the same release as this buildpack.',
    blame: 'platform',
  });
}

export function sourceIncomplete(folder: string, file: string): Fault {
  return fault('BUILDPACK_SOURCE_INCOMPLETE', {
    problem: `The buildpack folder ${folder} has no ${file}.`,
    fix: 'A buildpack is a folder with buildpack.toml and an index.ts whose default export is `defineBuildpack({...})`.',
    blame: 'user',
  });
}

export function sourceBroken(folder: string, error: string): Fault {
  return fault('BUILDPACK_SOURCE_BROKEN', {
    problem: `The source of the buildpack in ${folder} fails as soon as it is loaded.`,
    details: [error],
    fix: 'Correct what index.ts and the files that it imports do outside of their functions.',
    blame: 'user',
  });
}

export function bundleFailed(folder: string, details: string[]): Fault {
  return fault('BUILDPACK_BUNDLE_FAILED', {
    problem: `The source of the buildpack in ${folder} cannot be bundled.`,
    details,
    fix: 'Correct the places named above.',
    blame: 'user',
  });
}
