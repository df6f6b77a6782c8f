import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { comparePaths, decodePath, fileBody, systemPath, type TarEntry } from '@dema/archive';
import { unreadableFolder } from './faults.ts';

export interface FolderEntriesOptions {
  /** Absolute path of the folder in the image, such as `/layers/dema_nodejs/node`. */
  prefix: string;
  /** Owner of the folder and of everything in it. */
  uid: number;
  gid: number;
  /** Folders above `prefix` that stand first in the layer, with their own owners and modes. */
  parents?: readonly { path: string; mode: number; uid: number; gid: number }[];
  /** All names of a file but the first become hard links, as pack writes buildpacks; without it each is a file of its own. */
  keepHardLinks?: boolean;
  /** Files and folders that stand elsewhere, by the names that they have directly in the folder; instead of what is there by the same name. */
  added?: Added;
  /** Told of each pipe, socket and device where it stands on disk, before what becomes of it. */
  onSpecial?: (file: string) => void;
}

type Added = Readonly<Record<string, string>>;

/**
 * A folder as the members of a layer, as the lifecycle writes them: each folder's names in the order of their bytes, a folder's content
 * directly after it, fixed times, modes kept. Sockets and devices are left out.
 */
export async function* folderEntries(
  folder: string,
  { prefix, uid, gid, parents = [], keepHardLinks = false, added = {}, onSpecial }: FolderEntriesOptions,
): AsyncGenerator<TarEntry> {
  for (const parent of parents) yield { ...parent, type: 'directory', size: 0 };
  const options = { owner: { uid, gid }, links: keepHardLinks ? new Map() : undefined, onSpecial };
  yield* walk(folder, prefix, options, added);
}

interface Walk {
  owner: { uid: number; gid: number };
  /** Paths of files that have several names, by what they are on disk. */
  links?: Map<string, string>;
  onSpecial: FolderEntriesOptions['onSpecial'];
}

/** Without a wait in between: thousands of small files would each cost more in waiting than in reading. */
function* walk(source: string, path: string, options: Walk, added: Added = {}): Generator<TarEntry> {
  const stats = readStats(source);
  if (isSpecial(stats)) options.onSpecial?.(source);
  const entry = asHardLink(path, stats, options.links) ?? asEntry(source, path, stats);
  if (entry) yield { ...entry, ...options.owner };
  if (!stats.isDirectory()) return;
  const others = Object.keys(added);
  const names = listNames(source).filter((name) => !others.includes(name));
  for (const name of [...names, ...others].sort(comparePaths))
    yield* walk(others.includes(name) ? (added[name] ?? '') : `${source}/${name}`, `${path}/${name}`, options);
}

function isSpecial(stats: Stats): boolean {
  return !stats.isFile() && !stats.isDirectory() && !stats.isSymbolicLink();
}

function asHardLink(path: string, stats: Stats, links: Walk['links']): Omit<TarEntry, 'uid' | 'gid'> | undefined {
  if (!links || !stats.isFile() || stats.nlink < 2) return undefined;
  const key = `${stats.dev} ${stats.ino}`;
  const linkPath = links.get(key);
  if (linkPath === undefined) links.set(key, path);
  return linkPath === undefined ? undefined : { path, type: 'hardlink', mode: stats.mode & 0o7777, size: 0, linkPath };
}

function asEntry(source: string, path: string, stats: Stats): Omit<TarEntry, 'uid' | 'gid'> | undefined {
  const mode = stats.mode & 0o7777;
  if (stats.isFile()) return { path, type: 'file', mode, size: stats.size, body: fileBody(source, stats.size) };
  if (stats.isDirectory()) return { path, type: 'directory', mode, size: 0 };
  if (stats.isSymbolicLink())
    return { path, type: 'symlink', mode, size: 0, linkPath: decodePath(readlinkSync(systemPath(source), 'buffer')) };
  return stats.isFIFO() ? { path, type: 'fifo', mode, size: 0 } : undefined;
}

function readStats(path: string): Stats {
  try {
    return lstatSync(systemPath(path));
  } catch (error) {
    throw unreadableFolder(path, error);
  }
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(systemPath(folder), 'buffer').map(decodePath);
  } catch (error) {
    throw unreadableFolder(folder, error);
  }
}
