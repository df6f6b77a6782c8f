import { type Fault, fault } from '@dema/errors';

export function commandMissing(command: string, path: string | undefined): Fault {
  return fault('EXEC_COMMAND_MISSING', {
    problem: command.includes('/')
      ? `The program ${command} does not exist.`
      : `The program ${command} is not on PATH.`,
    fix: 'Install the program that provides it, or add its folder to PATH.',
    blame: 'platform',
    details: command.includes('/') ? [] : [`PATH=${path ?? ''}`],
  });
}

export function commandNotExecutable(command: string, cause: unknown): Fault {
  return fault('EXEC_COMMAND_NOT_EXECUTABLE', {
    problem: `The program ${command} cannot be started.`,
    fix: 'Make the file executable, and see that it is a program for this machine.',
    blame: 'platform',
    details: cause instanceof Error ? [cause.message] : [],
    cause,
  });
}

export function folderMissing(command: string, folder: string): Fault {
  return fault('EXEC_FOLDER_MISSING', {
    problem: `The program ${command} should run in ${folder}, which is not a folder.`,
    fix: `Make the folder ${folder}, or name another one.`,
    blame: 'user',
  });
}

export function timedOut(command: string, timeoutMs: number, output: string): Fault {
  return fault('EXEC_COMMAND_TIMED_OUT', {
    problem: `The program ${command} did not end within ${timeoutMs / 1000} seconds and was ended.`,
    fix: 'See the end of its output for what it was waiting for.',
    blame: 'platform',
    details: output.trimEnd().split('\n').slice(-20),
  });
}
