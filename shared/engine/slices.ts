import { posix } from 'node:path';
import type { TarEntry } from '@dema/archive';

const { dirname } = posix;

/**
 * Divides the files of the app into slices and a remainder (Buildpack specification, "Slice"): a pattern is matched
 * against every path relative to the app folder as Go's `filepath.Match` does, and a folder that matches takes what is
 * below it. A file belongs to the first slice that takes it.
 * @param entries of the app folder, itself first, sorted by path
 * @returns one list for each slice, then the remainder, each with the folders that its files need
 */
export function divideIntoSlices(entries: TarEntry[], slices: { paths: string[] }[]): TarEntry[][] {
  const [root] = entries;
  if (root === undefined) return [...slices.map(() => []), []];
  const hadFiles = foldersOf(entries);
  let left = entries.slice(1);
  const divided: TarEntry[][] = [];
  for (const { paths } of slices) {
    const isTaken = matcher(paths, `${root.path}/`);
    const taken = new Set(left.filter(({ path }) => isTaken(path)));
    const needed = foldersOf([...taken]);
    divided.push(taken.size > 0 ? entries.filter((entry) => taken.has(entry) || needed.has(entry.path)) : []);
    left = left.filter((entry) => !taken.has(entry));
    const stillHasFiles = foldersOf(left);
    left = left.filter(({ type, path }) => type !== 'directory' || !hadFiles.has(path) || stillHasFiles.has(path));
  }
  divided.push(left.length > 0 ? [root, ...left] : []);
  return divided;
}

/** Paths of all folders above the entries that are no folders themselves. */
function foldersOf(entries: TarEntry[]): Set<string> {
  const folders = new Set<string>();
  for (const { path, type } of entries) {
    if (type === 'directory') continue;
    for (let above = dirname(path); above !== '/' && !folders.has(above); above = dirname(above)) folders.add(above);
  }
  return folders;
}

/** Whether a pattern matches a path, relative to the app folder, or a folder above it. */
function matcher(paths: string[], root: string): (path: string) => boolean {
  const patterns = paths.map(goPattern);
  return (path) => {
    const parts = path.slice(root.length).split('/');
    return parts.some((_, index) => {
      const prefix = parts.slice(0, index + 1).join('/');
      return patterns.some((pattern) => pattern.test(prefix));
    });
  };
}

function goPattern(glob: string): RegExp {
  let source = '';
  for (let index = 0; index < glob.length; index += 1) {
    const character = glob[index] ?? '';
    if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const end = glob.indexOf(']', index + 1);
      if (end < 0) return /$^/;
      source += glob.slice(index, end + 1);
      index = end;
    } else {
      if (character === '\\') index += 1;
      source += (glob[index] ?? '').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    }
  }
  return new RegExp(`^${source}$`, 'su');
}
