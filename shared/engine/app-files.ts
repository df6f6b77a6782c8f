import { LOCK_FILE } from '@dema/dependencies';
import ignore from 'ignore';

/** Which files of the app's folder belong to the app; patterns as in `.gitignore`. */
export interface AppFiles {
  /** These and no others. */
  include?: string[];
  /** All but these. */
  exclude?: string[];
}

/**
 * Not part of the app: `.git` differs between two clones of the same commit (its index holds times and inode numbers),
 * and would make every image differ with it. The lock says what is installed, and buildpacks get it beside the app: with it
 * in the image, the build that made it would give another one than those that follow.
 */
const LEFT_OUT = ['/.git', `/${LOCK_FILE}`];

/** Tells by the path relative to the app's folder; a folder's ends with `/`. Of a folder that is not wanted nothing is. */
export function fileFilter({ include, exclude = [] }: AppFiles): (path: string) => boolean {
  const unwanted = ignore().add([...exclude, ...LEFT_OUT]);
  if (include === undefined) return (path) => !unwanted.ignores(path);
  const wanted = ignore().add(include);
  return (path) => !unwanted.ignores(path) && (path.endsWith('/') || wanted.ignores(path));
}
