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
}

/**
 * A folder as the members of a layer, as the lifecycle writes them: each folder's names in the order of their bytes, a folder's content
 * directly after it, fixed times, modes kept, hard links written as files of their own. Sockets and devices are left out.
 */
export async function* folderEntries(
  folder: string,
  { prefix, uid, gid, parents = [] }: FolderEntriesOptions,
): AsyncGenerator<TarEntry> {
  for (const parent of parents) yield { ...parent, type: 'directory', size: 0 };
  yield* walk(folder, prefix, { uid, gid });
}

/** Without a wait in between: thousands of small files would each cost more in waiting than in reading. */
function* walk(source: string, path: string, owner: { uid: number; gid: number }): Generator<TarEntry> {
  const stats = readStats(source);
  const entry = asEntry(source, path, stats);
  if (entry) yield { ...entry, ...owner };
  if (stats.isDirectory())
    for (const name of listNames(source)) yield* walk(`${source}/${name}`, `${path}/${name}`, owner);
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
    return readdirSync(systemPath(folder), 'buffer').map(decodePath).sort(comparePaths);
  } catch (error) {
    throw unreadableFolder(folder, error);
  }
}
