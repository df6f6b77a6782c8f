import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder } from './remove-folder.ts';

/** What a store makes below its root. */
const OWN = ['blobs', 'trees', 'records', 'locks', 'leases', 'tmp'];

/**
 * Removes what a store holds and, when nothing else lies in it, its root: whoever pointed DEMA_CACHE at a folder with
 * other things keeps those. @param others folders of the root that the caller knows to be its own
 */
export async function clearStore(root: string, others: string[] = []): Promise<void> {
  for (const name of [...OWN, ...others]) await removeFolder(join(root, name));
  await rmdir(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'ENOENT') throw error;
  });
}
