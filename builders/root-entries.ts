import { dirname } from 'node:path/posix';
import { comparePaths, type TarEntry } from '@dema/archive';
import { imageFilesConflict, imagePathUnsafe } from './faults.ts';
import { directory } from './new-entries.ts';
import { toTarEntry, type UnpackedPackage } from './unpack-package.ts';

/** A root in the making, by path. */
export type Root = Map<string, TarEntry>;

/** The files of all packages in one root, with every folder that they are in. A folder that several bring has the mode of the first; nothing else may be brought twice. */
export function mergePackages(packages: UnpackedPackage[]): Root {
  const root: Root = new Map();
  const owners = new Map<string, string>();
  for (const { name, entries, bodies } of packages) {
    for (const entry of entries) {
      const present = root.get(entry.path);
      if (present?.type === 'directory' && entry.type === 'directory') continue;
      if (present) throw imageFilesConflict(entry.path, owners.get(entry.path) ?? '', name);
      root.set(entry.path, toTarEntry(entry, bodies));
      owners.set(entry.path, name);
    }
  }
  addParents(root);
  return root;
}

/** Entries for one layer: every parent there and before its children, in the order of the bytes of their paths, with one fixed time. */
export function sortRoot(root: Root): TarEntry[] {
  addParents(root);
  const paths = [...root.keys()].sort(comparePaths);
  const firsts = findFirstNames(root, paths);
  return paths.flatMap((path) => {
    const entry = root.get(path);
    const content = entry && contentOf(root, entry);
    if (!content) return [];
    const first = firsts.get(content.path) ?? path;
    const plain = { ...content, path, mode: plainMode(content), mtime: undefined };
    return [
      first === path ? plain : { ...plain, type: 'hardlink' as const, size: 0, linkPath: first, body: undefined },
    ];
  });
}

/** Nobody gets more rights by starting a program of an image. */
function plainMode({ type, mode }: TarEntry): number {
  return type === 'file' ? mode & 0o1777 : mode;
}

function addParents(root: Root): void {
  for (const path of [...root.keys()]) {
    for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
      const present = root.get(parent);
      if (!present) root.set(parent, directory(parent));
      else if (present.type !== 'directory') throw imagePathUnsafe(path, parent);
    }
  }
}

/** A hard link may come before the file that it names once they are sorted: the first name of a file gets the content. */
function findFirstNames(root: Root, paths: string[]): Map<string, string> {
  const firsts = new Map<string, string>();
  for (const path of paths) {
    const entry = root.get(path);
    if (entry?.type === 'hardlink') firsts.set(entry.linkPath ?? '', firsts.get(entry.linkPath ?? '') ?? path);
    else if (entry?.type === 'file') firsts.set(path, firsts.get(path) ?? path);
  }
  return firsts;
}

function contentOf(root: Root, entry: TarEntry): TarEntry {
  if (entry.type !== 'hardlink') return entry;
  const target = root.get(entry.linkPath ?? '');
  if (target?.type !== 'file')
    throw new Error(`/${entry.path} is a hard link to /${entry.linkPath}, which is no file of the image`);
  return target;
}
