import { posix } from 'node:path';
import { findTopmost, followLinks } from './mount-points.ts';
import { type RunPlace, runVariables } from './run-arguments.ts';
import { programMissing, programNotExecutable } from './run-faults.ts';
import { isInside } from './volume.ts';

/** Of the kernel and of this machine. */
const MOUNTED = ['/proc', '/dev'];
const ANY_EXECUTE_BIT = 0o111;

/**
 * Looks for the program where the kernel would. What lies on a mount is left to the kernel.
 * Faults ENGINE_PROGRAM_MISSING, ENGINE_PROGRAM_NOT_EXECUTABLE.
 */
export async function checkProgram(program: string, place: Omit<RunPlace, 'store'> & { name: string }): Promise<void> {
  const { trees } = place.root;
  const mounts = await Promise.all(
    [...MOUNTED, ...(place.volumes ?? []).map(({ target }) => target)].map((target) => followLinks(target, trees)),
  );
  const searched = program.includes('/') ? undefined : (runVariables(place).PATH ?? '');
  let isThere = false;
  for (const candidate of candidatesOf(program, searched, place)) {
    const path = await followLinks(candidate, trees);
    if (mounts.some((mount) => isInside(path, mount))) return;
    const entry = (await findTopmost(path, trees))?.entry;
    if (entry?.isFile() && (entry.mode & ANY_EXECUTE_BIT) !== 0) return;
    isThere ||= entry !== undefined;
  }
  throw isThere ? programNotExecutable(program, place.name) : programMissing(program, place.name, searched);
}

function candidatesOf(program: string, searched: string | undefined, { image }: Pick<RunPlace, 'image'>): string[] {
  const workingDir = posix.resolve('/', image.config.config?.WorkingDir ?? '');
  const folders = searched === undefined ? [''] : searched.split(':');
  return folders.map((folder) => posix.resolve(workingDir, folder, program));
}
