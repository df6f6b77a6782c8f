import type { Stats } from 'node:fs';
import { lstat, mkdir, readlink, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { volumeInvalid } from './faults.ts';
import { isFolder, type Volume } from './volume.ts';

/** The kernel's own limit of links on the way to a file. */
const MOST_LINKS = 40;

/**
 * Makes an empty folder or file in `folder` for each volume, where its target leads in a file system made of `trees`, the last
 * one topmost: laid under them, they are what a volume is mounted on. Fault ENGINE_VOLUME_INVALID for a file that would have to
 * stand on a folder, or the other way round.
 */
export async function makeVolumePoints(
  folder: string,
  volumes: readonly Pick<Volume, 'source' | 'target'>[],
  trees: readonly string[],
): Promise<void> {
  for (const { source, target } of volumes) {
    const path = await followLinks(target, trees);
    const point = join(folder, path);
    const isForFolder = await isFolder(source);
    const found = await findTopmost(path, trees);
    if (found && found.entry.isDirectory() !== isForFolder) {
      const [kind, other] = isForFolder ? ['folder', 'file'] : ['file', 'folder'];
      throw volumeInvalid(`${source}:${target}`, `is a ${kind} where there is a ${other} already`);
    }
    if (isForFolder) await mkdir(point, { recursive: true });
    else {
      await mkdir(dirname(point), { recursive: true });
      await writeFile(point, '', { flag: 'a' });
    }
  }
}

/** A path through the symbolic links of the trees, such as `/usr/lib/x` for `/lib/x`. */
export async function followLinks(path: string, trees: readonly string[]): Promise<string> {
  let found = '/';
  let rest = path.split('/').filter(Boolean);
  for (let links = 0; rest.length > 0; ) {
    const [name = '', ...others] = rest;
    const next = posix.join(found, name);
    const link = links < MOST_LINKS ? await readTopmostLink(next, trees) : undefined;
    if (link === undefined) [found, rest] = [next, others];
    else {
      links += 1;
      rest = [...posix.resolve(found, link).split('/').filter(Boolean), ...others];
      found = '/';
    }
  }
  return found;
}

async function readTopmostLink(path: string, trees: readonly string[]): Promise<string | undefined> {
  const found = await findTopmost(path, trees);
  return found?.entry.isSymbolicLink() ? readlink(join(found.tree, path)) : undefined;
}

/**
 * What a path is in a file system made of `trees`, the last one topmost. Links are not followed: behind one, and below a file in a tree
 * above, there is nothing.
 */
export async function findTopmost(
  path: string,
  trees: readonly string[],
): Promise<{ tree: string; entry: Stats } | undefined> {
  for (const tree of trees.toReversed()) {
    const found = await findOnWay(tree, path);
    if (found) return found.isEnd ? { tree, entry: found.entry } : undefined;
  }
  return undefined;
}

/** What a tree has at a path, or before its end where that is no folder. A link on the way would lead to this machine. */
async function findOnWay(tree: string, path: string): Promise<{ entry: Stats; isEnd: boolean } | undefined> {
  const parts = path.split('/').filter(Boolean);
  let place = tree;
  for (const [index, part] of parts.entries()) {
    place = join(place, part);
    const entry = await lstat(place).catch(() => undefined);
    if (entry === undefined) return undefined;
    const isEnd = index === parts.length - 1;
    if (isEnd || !entry.isDirectory()) return { entry, isEnd };
  }
  return { entry: await lstat(tree), isEnd: true };
}

/**
 * A folder that layers name, in the file system that they make: where it is there, and the folders of the trees that it is put together
 * from, the last topmost. Undefined where a layer above has taken it away, for a link, say.
 */
export async function findMergedFolder(
  path: string,
  trees: readonly string[],
): Promise<{ place: string; sources: string[] } | undefined> {
  const place = posix.join(await followLinks(posix.dirname(path), trees), posix.basename(path));
  const sources: string[] = [];
  for (const tree of trees.toReversed()) {
    const found = await findOnWay(tree, place);
    if (found && !(found.isEnd && found.entry.isDirectory())) break;
    if (found) sources.unshift(join(tree, place));
  }
  return sources.length > 0 ? { place, sources } : undefined;
}
