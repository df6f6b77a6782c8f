import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Each is of Debian's package of the same name, but for `setpriv`, which every Debian has. */
const PROGRAMS = ['podman', 'runc', 'skopeo', 'docker-registry', 'umoci', 'setpriv'];

/** Why the real tools cannot be used here, or nothing. In CI it is an error that root did not install what Debian has. */
export async function findMissing(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const findAbsent = async (names: string[]) => {
    const found = await Promise.all(names.map((name) => isOnPath(name, env.PATH ?? '')));
    return names.filter((_, index) => !found[index]);
  };
  const [absent, noGo] = [await findAbsent(PROGRAMS), await findAbsent(['go'])];
  const isRoot = process.getuid?.() === 0;
  if (env.CI && isRoot && absent.length > 0) throw new Error(`not installed: ${absent.join(', ')}`);
  const all = [...noGo, ...absent];
  if (all.length > 0) return `not installed: ${all.join(', ')}`;
  return isRoot ? undefined : 'podman with storage of its own needs root here';
}

async function isOnPath(name: string, path: string): Promise<boolean> {
  const folders = [...path.split(delimiter), '/usr/sbin', '/sbin'];
  const tried = folders.map((folder) => access(join(folder, name), constants.X_OK));
  return Promise.any(tried).then(
    () => true,
    () => false,
  );
}
