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
