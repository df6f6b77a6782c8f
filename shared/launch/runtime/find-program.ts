import { APPLETS } from './applets.ts';
import { type Bytes, decode } from './bytes.ts';
import type { Environment } from './environment.ts';
import { isExecutable } from './files.ts';

/** Where the program is: itself when it names a folder (relative ones are seen from the working folder), else the first on PATH. */
export function findProgram(program: Bytes, env: Environment, workingFolder: string): Bytes | undefined {
  if (program.includes('/')) {
    const path = program.startsWith('/') ? decode(program) : `${workingFolder}/${decode(program)}`;
    return isExecutable(path) ? program : undefined;
  }
  const folders = (env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  const candidates = folders.map((folder) => `${folder}/${program}` as Bytes);
  return candidates.find((path) => isExecutable(decode(path)));
}

/**
 * The word by which the program is started, which it sees as its own name: as it was written, as with the lifecycle. Only
 * its path will do where `env` of the private busybox would start something else by that name.
 */
export function nameProgram(program: Bytes, path: Bytes, env: Environment): Bytes {
  const folders = (env.PATH ?? '').split(':');
  const before = folders.slice(0, folders.indexOf(path.slice(0, -program.length - 1)));
  const isFoundAlike = before.every((folder) => folder.startsWith('/')) && !APPLETS.has(decode(program));
  return isFoundAlike ? program : path;
}
