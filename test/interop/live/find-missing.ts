import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Programs of Debian's packages of the same name, but for `setpriv`, which every Debian has, and Go. */
const PROGRAMS = ['go', 'podman', 'runc', 'skopeo', 'docker-registry', 'umoci', 'setpriv'];

/** Why the real tools cannot be used here, or nothing. In CI a program that root could have installed is an error. */
export async function findMissing(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const found = await Promise.all(PROGRAMS.map((name) => isOnPath(name, env.PATH ?? '')));
  const names = PROGRAMS.filter((_, index) => !found[index]);
  const isRoot = process.getuid?.() === 0;
  if (names.length === 0) return isRoot ? undefined : 'podman with storage of its own needs root here';
  const problem = `missing programs: ${names.join(', ')}`;
  if (env.CI && isRoot) throw new Error(problem);
  return problem;
}

async function isOnPath(name: string, path: string): Promise<boolean> {
  const folders = [...path.split(delimiter), '/usr/sbin', '/sbin'];
  const tried = folders.map((folder) => access(join(folder, name), constants.X_OK));
  return Promise.any(tried).then(
    () => true,
    () => false,
  );
}
