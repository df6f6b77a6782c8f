import { lstat, mkdir, readlink, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { isFolder, type Volume } from './volume.ts';

/** The kernel's own limit of links on the way to a file. */
const MOST_LINKS = 40;

/**
 * Makes an empty folder or file in `folder` for each volume, where its target leads in a file system made of `trees`, the last
 * one topmost: laid under them, they are what a volume is mounted on.
 */
export async function makeVolumePoints(
  folder: string,
  volumes: readonly Volume[],
  trees: readonly string[],
): Promise<void> {
  for (const { source, target } of volumes) {
    const point = join(folder, await followLinks(target, trees));
    if (await isFolder(source)) await mkdir(point, { recursive: true });
    else {
      await mkdir(dirname(point), { recursive: true });
      await writeFile(point, '', { flag: 'a' });
    }
  }
}

/** A path through the symbolic links of the trees, such as `/usr/lib/x` for `/lib/x`. */
async function followLinks(path: string, trees: readonly string[]): Promise<string> {
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
  for (const tree of trees.toReversed()) {
    const found = await lstat(join(tree, path)).catch(() => undefined);
    if (found) return found.isSymbolicLink() ? readlink(join(tree, path)) : undefined;
  }
  return undefined;
}
