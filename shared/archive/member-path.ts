import { unsafePath } from './faults.ts';

const MAX_PATH = 4000;

/**
 * Where a member goes, relative to the target folder and without its first `strip` parts; undefined when nothing is left of it.
 * A path that climbs, and outside of a root file system one that is absolute, is a fault.
 */
export function determineMemberPath(
  path: string,
  { strip = 0, root = false }: { strip?: number; root?: boolean },
): string | undefined {
  if (path.length > MAX_PATH)
    throw unsafePath(`${path.slice(0, 80)}...`, `its path has more than ${MAX_PATH} characters`);
  if (path.includes('\0')) throw unsafePath(path, 'its name has a NUL byte');
  if (path.startsWith('/') && !root) throw unsafePath(path, 'its path is absolute');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw unsafePath(path, 'its path leads upwards');
  return parts.length > strip ? parts.slice(strip).join('/') : undefined;
}

/**
 * Whether a symbolic link could lead out of the folder. `..` is fine as long as the target begins with it: those climb from the
 * link's own folder, which is a real one. After a name it may climb from wherever another link points to.
 */
export function leadsOutside(path: string, target: string): boolean {
  if (target.startsWith('/')) return true;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const named = parts.findIndex((part) => part !== '..');
  const climbs = named < 0 ? parts.length : named;
  return climbs > path.split('/').length - 1 || parts.lastIndexOf('..') >= climbs;
}
