import type { FolderRights } from './layer-facts.ts';

/**
 * Folders of an image that its user may write to, by the owner and mode that they have in its layers, the lowest first. Only the
 * topmost folders are given, sorted, and none that the kernel fills.
 */
export function findWritableFolders(
  layers: readonly (readonly FolderRights[])[],
  user: { uid: number; gid: number },
): string[] {
  const rights = new Map(layers.flat().map((folder) => [folder.path, folder]));
  const writable = [...rights.values()].filter((folder) => isWritable(folder, user)).map(({ path }) => path);
  const sorted = writable.filter((path) => !/^\/((dev|proc|sys)(\/|$)|$)/.test(path)).sort();
  return sorted.filter((path) => !sorted.some((above) => path.startsWith(`${above}/`)));
}

function isWritable({ mode, uid, gid }: FolderRights, user: { uid: number; gid: number }): boolean {
  if (uid === user.uid) return (mode & 0o200) !== 0;
  if (gid === user.gid) return (mode & 0o020) !== 0;
  return (mode & 0o002) !== 0;
}
