import { type Fault, fault } from '@dema/errors';
import { EXIT, SUPPORTED_APIS } from '@dema/spec';

export function metadataMissing(file: string): Fault {
  return launchFault('LAUNCH_METADATA_MISSING', {
    problem: `${file} cannot be read, so it is not known what this image can start.`,
    fix: 'Build the image anew, or set CNB_LAYERS_DIR to the folder of its layers.',
  });
}

export function platformApiUnsupported(version: string | undefined): Fault {
  const [oldest, newest] = [SUPPORTED_APIS.platform[0], SUPPORTED_APIS.platform.at(-1)];
  return fault('LAUNCH_PLATFORM_API_UNSUPPORTED', {
    problem: version
      ? `CNB_PLATFORM_API is ${version}, which this launcher does not know.`
      : 'CNB_PLATFORM_API is not set.',
    fix: `Leave CNB_PLATFORM_API as the image sets it; this launcher knows ${oldest} to ${newest}.`,
    blame: 'user',
    exitCode: EXIT.platformApi,
  });
}

export function buildpackApiUnsupported(id: string, version: string): Fault {
  return fault('LAUNCH_BUILDPACK_API_UNSUPPORTED', {
    problem: `The buildpack ${id} was made for Buildpack API ${version}, which this launcher does not know.`,
    fix: 'Build the image anew with a builder whose launcher knows it.',
    blame: 'platform',
    exitCode: EXIT.buildpackApi,
  });
}

export function commandMissing(types: string[]): Fault {
  const start = types.length
    ? `Start the container with one of these entry points: ${types.join(', ')}. Or name`
    : 'Name';
  return launchFault('LAUNCH_COMMAND_MISSING', {
    problem: 'No command was given, and the launcher by itself starts no process.',
    fix: `${start} a command after the image.`,
  });
}

export function processIneligible(type: string, execEnv: string): Fault {
  return launchFault('LAUNCH_PROCESS_INELIGIBLE', {
    problem: `The process \`${type}\` is not for the execution environment \`${execEnv}\`.`,
    fix: 'Set CNB_EXEC_ENV to one that the process names, or start another process.',
  });
}

export function programMissing(program: string, path: string | undefined): Fault {
  const where = program.includes('/') ? '' : ` on PATH (${path || 'which is empty'})`;
  return launchFault('LAUNCH_PROGRAM_MISSING', {
    problem: `There is no program \`${program}\`${where} that can be executed.`,
    fix: 'Correct the command, or build the image with what provides the program.',
  });
}

export function shellMissing(): Fault {
  return launchFault('LAUNCH_SHELL_MISSING', {
    problem: 'This command needs a shell, and the image has neither /bin/bash nor /bin/sh.',
    fix: 'Write `--` before the command to start it without a shell, or build on a run image that has one.',
  });
}

export function folderMissing(path: string, reason: string): Fault {
  return launchFault('LAUNCH_FOLDER_MISSING', {
    problem: `The folder ${path}, in which the process is to start, cannot be entered: ${reason}.`,
    fix: 'Correct `working-dir` of the process or CNB_APP_DIR, and see that the user of the container may enter the folder.',
  });
}

export function execDFailed(program: string, reason: string): Fault {
  return launchFault('LAUNCH_EXEC_D_FAILED', {
    problem: `${program}, which prepares the start of the app, failed: ${reason}.`,
    fix: 'See what it printed above; it belongs to the buildpack that its path names.',
  });
}

export function execDOutputInvalid(program: string, reason: string): Fault {
  return launchFault('LAUNCH_EXEC_D_OUTPUT_INVALID', {
    problem: `What ${program} wrote to descriptor 3 is not TOML of strings: ${reason.replace(/\.$/, '')}.`,
    fix: 'Report it to the maintainers of the buildpack that its path names.',
  });
}

export function bindingUnreadable(path: string): Fault {
  return launchFault('LAUNCH_BINDING_UNREADABLE', {
    problem: `${path}, a part of a service binding, is not there or cannot be read.`,
    fix: 'Give the user of the container the right to read it, or take the binding away.',
  });
}

/** A mistake in a launch helper of a buildpack. */
export function helperBroken(problem: string, details: string[]): Fault {
  return fault('LAUNCH_HELPER_BROKEN', {
    problem: `A program that prepares the start of the app failed: ${problem}`,
    fix: 'Report it to the maintainers of the buildpack that the next message names.',
    blame: 'platform',
    details,
  });
}

/** Anything that was not foreseen. */
export function launcherBroken(problem: string, details: string[]): Fault {
  return fault('LAUNCH_BROKEN', {
    problem: `The launcher failed: ${problem}`,
    fix: 'Start the container with `--entrypoint` and the path of the program to do without the launcher.',
    blame: 'bug',
    details,
    exitCode: EXIT.launch,
  });
}

function launchFault(code: string, { problem, fix }: { problem: string; fix: string }): Fault {
  return fault(code, { problem, fix, blame: 'user', exitCode: EXIT.launch });
}
