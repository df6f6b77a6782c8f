import { posix } from 'node:path';
import { readDeb, type TarEntry } from '@dema/archive';
import { debianPackageUnsafe } from './faults.ts';

const MERGED = /^(bin|sbin|lib|lib32|lib64|libx32)(?=\/|$)/;

/**
 * The data of a package, in its own order, with the folders that Debian has merged into /usr moved there; the links that lead
 * there from the root are left out, for whoever makes a root writes them. Paths have neither a leading `./` nor a `/` at the end.
 * Refuses a package that names a place outside its root.
 */
export async function* packageEntries(file: string): AsyncGenerator<TarEntry> {
  const { data } = await readDeb(file);
  for await (const entry of data()) {
    const path = cleanPath(entry.path, file);
    if (path === '' || (entry.type === 'symlink' && MERGED.exec(path)?.[0] === path)) continue;
    yield mergeEntry({ ...entry, path }, file);
  }
}

function mergeEntry(entry: TarEntry, file: string): TarEntry {
  const path = mergePath(entry.path);
  if (entry.linkPath === undefined) return { ...entry, path };
  if (entry.type === 'hardlink') return { ...entry, path, linkPath: mergePath(cleanPath(entry.linkPath, file)) };
  return {
    ...entry,
    path,
    linkPath: path === entry.path ? entry.linkPath : moveTarget(entry.linkPath, entry.path, path),
  };
}

function mergePath(path: string): string {
  return MERGED.test(path) ? `usr/${path}` : path;
}

/** A relative target means another place once the link itself has moved. */
function moveTarget(target: string, from: string, to: string): string {
  if (target.startsWith('/')) return target;
  const absolute = mergePath(posix.join('/', posix.dirname(from), target).slice(1));
  return posix.relative(posix.join('/', posix.dirname(to)), `/${absolute}`);
}

function cleanPath(path: string, file: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..') || path.startsWith('/')) throw debianPackageUnsafe(file, path, 'is outside the package');
  return parts.join('/');
}
