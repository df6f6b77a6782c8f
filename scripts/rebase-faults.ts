import { counted, type Fault, fault } from '@dema/errors';
import { EXIT } from '@dema/spec';
import { argumentsInvalid } from './faults.ts';

export function runImageUnknown(): Fault {
  return fault('CLI_RUN_IMAGE_UNKNOWN', {
    problem: 'The image does not say which run image it stands on.',
    fix: 'Name the one that it is to have with `--run-image`.',
    blame: 'user',
    exitCode: EXIT.rebase,
  });
}

/** Not the code of what is missing, which of an app image that a pattern finds means that it is gone since. */
export function newRunImageMissing({ problem, fix }: Fault): Fault {
  return fault('CLI_NEW_RUN_IMAGE_MISSING', {
    problem: `No run image can be had: ${problem}`,
    fix: `${fix} \`--run-image\` names another one.`,
    blame: 'user',
    exitCode: EXIT.rebase,
  });
}

/** The fault of an image that is rebased alone: one without an exit code of its own ends as several images would. */
export function rebaseFailed(failure: Fault): Fault {
  return failure.exitCode === EXIT.generic ? fault(failure.code, { ...failure, exitCode: EXIT.rebase }) : failure;
}

export function rebaseIncomplete(failed: number, all: number): Fault {
  return fault('CLI_REBASE_INCOMPLETE', {
    problem: `${failed} of ${counted(all, 'image')} could not be rebased; the lines above say why.`,
    fix: 'Mend what is said there and run the command again: images that were rebased are left as they are.',
    blame: 'user',
    exitCode: EXIT.rebase,
  });
}

export function runImageNotMended(advisories: string[]): Fault {
  return fault('CLI_RUN_IMAGE_NOT_MENDED', {
    problem: `The run image itself is not mended: no package in it is known to mend ${advisories.join(' or ')}.`,
    fix: 'Name a run image that is mended, or run the command again when the archive has the package that mends it; what its changelog does not say can be said with `--fixed`.',
    blame: 'user',
    exitCode: EXIT.rebase,
  });
}

export function imagesFileUnreadable(file: string, reason: string): Fault {
  return argumentsInvalid(
    `The list of images ${file} cannot be read: ${reason}.`,
    'Name a file with the name of an image a line, or `-` for standard input.',
  );
}

export function imagesNotNamed(): Fault {
  return argumentsInvalid(
    'No image is named.',
    'Name images, or give a file with their names with `--images FILE`; `-` is standard input.',
  );
}

export function oneImageWanted(option: string): Fault {
  return argumentsInvalid(
    `\`${option}\` is for one image, and several are named.`,
    'Rebase that image in a command of its own.',
  );
}

export function imagePatternInvalid(name: string): Fault {
  return argumentsInvalid(
    `"${name}" is no pattern for names of images.`,
    'Write `*` in the repository or the tag of a name in a registry, such as `docker://registry.example/shop/*:1`.',
  );
}

/** @param looked what the registry has instead */
export function patternUnmatched(pattern: string, looked: string[]): Fault {
  return fault('CLI_PATTERN_UNMATCHED', {
    problem: `No image of the registry matches ${pattern}.`,
    details: looked,
    fix: 'Correct the repository or the tag of the pattern; `*` stands for anything, `/` included, and without a tag it means `latest`.',
    blame: 'user',
    exitCode: EXIT.rebase,
  });
}

/** Of distribution packages, by which an app image, or what is published for all, would be poorer. */
export function packagesLost(names: string[]): Fault {
  return fault('CLI_REBASE_PACKAGES_LOST', {
    problem: `The new run image lacks ${counted(names.length, 'package')} of the old one: ${names.join(', ')}.`,
    fix: 'Apps may need them: keep them in the run image (`[run.packages]` of its base.toml), or rebase all the same with `--force` where you know that none does.',
    blame: 'user',
    exitCode: EXIT.rebase,
  });
}

export function rolloutReportInvalid(file: string, reason: string): Fault {
  return fault('CLI_ROLLOUT_REPORT_INVALID', {
    problem: `${file} is no report of a roll-out: ${reason}.`,
    fix: 'Name a file that `dema rollout` wrote; it says which one at its end. A new report wants a file that is not there yet.',
    blame: 'user',
    exitCode: EXIT.invalidArguments,
  });
}

export function rollbackIncomplete(failed: number): Fault {
  return fault('CLI_ROLLBACK_INCOMPLETE', {
    problem: `${counted(failed, 'image')} could not be put back; the lines above say why.`,
    fix: 'Mend what is said there and run the command again: what was put back is left as it is.',
    blame: 'user',
    exitCode: EXIT.rebase,
  });
}

export function advisoryInvalid(text: string): Fault {
  return argumentsInvalid(
    `"${text}" is no advisory.`,
    'Write the number of a vulnerability or of an advisory of Debian, such as CVE-2026-12345 or DSA-6000-1.',
  );
}

export function fixedInvalid(text: string): Fault {
  return argumentsInvalid(
    `"${text}" names no package and version.`,
    'Write the package and the version from which on it is mended, such as `--fixed libssl3t64=3.5.9-2`.',
  );
}

export function rolloutNeedsRegistry(name: string): Fault {
  return argumentsInvalid(
    `${name} is not in a registry, and a roll-out can be taken back only there.`,
    'Name images of a registry, such as `docker://registry.example/shop/*:*`; other images are for `dema rebase`.',
  );
}
