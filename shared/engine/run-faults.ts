import { type Fault, fault } from '@dema/errors';
import { EXIT } from '@dema/spec';

/** What shells and container engines end with where a command is not there, and where it is and cannot be executed. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

export function imageCommandMissing(): Fault {
  return fault('ENGINE_IMAGE_COMMAND_MISSING', {
    problem: 'The image does not say what is to be started: it has neither an entry point nor a command.',
    fix: 'Give a command after `--`, such as `dema run IMAGE -- sh`.',
    blame: 'user',
    exitCode: EXIT.launch,
  });
}

export function imagePlatformDiffers(platform: string, own: string): Fault {
  return fault('ENGINE_IMAGE_PLATFORM', {
    problem: `The image is for ${platform}, and this machine runs ${own}.`,
    fix: 'Name an image for this machine, or run this one on a machine of its kind.',
    blame: 'user',
    exitCode: EXIT.launch,
  });
}

export function imageUserUnknown(name: string, kind: 'user' | 'group'): Fault {
  return fault('ENGINE_IMAGE_USER_UNKNOWN', {
    problem: `The image runs as the ${kind} "${name}", which its /etc/${kind === 'user' ? 'passwd' : 'group'} does not have.`,
    fix: `Build the image with a ${kind} that it has, or with its number.`,
    blame: 'user',
    exitCode: EXIT.launch,
  });
}

/** `path` is the PATH that it was looked for on, unless its name has a `/`. */
export function programMissing(program: string, image: string, path?: string): Fault {
  return fault('ENGINE_PROGRAM_MISSING', {
    problem: `The image ${image} has no program ${program}${path === undefined ? '' : ` on its PATH ${path}`}.`,
    fix: 'Name one that it has, by its whole path or as PATH finds it; `--process TYPE` starts a process of an app.',
    blame: 'user',
    exitCode: NOT_FOUND,
  });
}

export function programNotExecutable(program: string, image: string): Fault {
  return fault('ENGINE_PROGRAM_NOT_EXECUTABLE', {
    problem: `${program} of the image ${image} is no program: it is a folder, or a file that may not be executed.`,
    fix: 'Name a program of the image, or build the image with the file marked as executable.',
    blame: 'user',
    exitCode: NOT_EXECUTABLE,
  });
}

/** The file is there, and the kernel does not take it; bubblewrap has told why. */
export function programNotStarted(program: string, image: string): Fault {
  return fault('ENGINE_PROGRAM_NOT_STARTED', {
    problem: `${program} of the image ${image} cannot be started.`,
    fix: 'Check that the image has what the program needs to start, its loader or the interpreter of its first line, and that it is for this processor.',
    blame: 'user',
    exitCode: NOT_EXECUTABLE,
  });
}
