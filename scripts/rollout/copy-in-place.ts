import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A copy of a folder, at its own path below `root`, with links to all that lies beside it and beside the folders above, so that relative
 * paths in its files lead where they led. Gives the path of the copy: taking `root` away gives the original.
 */
export async function copyInPlace(folder: string, root: string): Promise<string> {
  let [original, copy] = ['/', root];
  for (const part of folder.split('/').filter(Boolean)) {
    for (const name of await readdir(original).catch(() => []))
      if (name !== part) await symlink(join(original, name), join(copy, name));
    [original, copy] = [join(original, part), join(copy, part)];
    if (original !== folder) await mkdir(copy);
  }
  await cp(folder, copy, { recursive: true });
  return copy;
}
