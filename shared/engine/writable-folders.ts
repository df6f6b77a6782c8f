import { readTar, type TarEntry } from '@dema/archive';
import type { Layer } from '@dema/oci';
import type { Store } from '@dema/store';

interface FolderRights {
  path: string;
  mode: number;
  uid: number;
  gid: number;
}

/**
 * Folders of an image that its user may write to by the owner and mode they have in the layers. Extracted trees belong to
 * whoever runs `dema`, so this is known from the archives alone. Only the topmost folders are given, sorted.
 */
export async function readWritableFolders(
  store: Store,
  layers: readonly Layer[],
  user: { uid: number; gid: number },
): Promise<string[]> {
  const rights = new Map<string, FolderRights>();
  for (const folders of await Promise.all(layers.map((layer) => readFolderRights(store, layer)))) {
    for (const folder of folders) rights.set(folder.path, folder);
  }
  const writable = [...rights.values()].filter((folder) => isWritable(folder, user)).map(({ path }) => path);
  const sorted = writable.filter((path) => path !== '/').sort();
  return sorted.filter((path) => !sorted.some((above) => path.startsWith(`${above}/`)));
}

function isWritable({ mode, uid, gid }: FolderRights, user: { uid: number; gid: number }): boolean {
  if (user.uid === 0) return true;
  if (uid === user.uid) return (mode & 0o200) !== 0;
  if (gid === user.gid) return (mode & 0o020) !== 0;
  return (mode & 0o002) !== 0;
}

async function readFolderRights(store: Store, layer: Layer): Promise<FolderRights[]> {
  const known = await store.readRecord('folder-rights', layer.diffId);
  if (Array.isArray(known)) return known as FolderRights[];
  const found: FolderRights[] = [];
  for await (const { type, path, mode, uid, gid } of readTar(layer.read())) {
    if (type === 'directory') found.push({ path: absolute({ path }), mode, uid, gid });
  }
  await store.writeRecord('folder-rights', layer.diffId, found);
  return found;
}

function absolute({ path }: Pick<TarEntry, 'path'>): string {
  return path === '.' ? '/' : `/${path.replace(/^\/+/, '').replace(/\/+$/, '')}`;
}
