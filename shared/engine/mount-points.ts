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

/** What a path is in a file system made of `trees`, the last one topmost; links on the way are not followed. */
export async function findTopmost(
  path: string,
  trees: readonly string[],
): Promise<{ tree: string; entry: Stats } | undefined> {
  for (const tree of trees.toReversed()) {
    const entry = await lstat(join(tree, path)).catch(() => undefined);
    if (entry) return { tree, entry };
  }
  return undefined;
}
