import { copyFile, link, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore, type Store, viewStore } from '@dema/store';
import type { Environment } from './settings.ts';

/**
 * The store that downloads of a buildpack go through: what the platform holds already is read from DEMA_STORE, what is
 * new lies in `folder` and is offered to the platform in DEMA_INBOX, under the hex of its sha256. What was read from there is
 * named by an empty file `used-<hex>`, so that it is not collected as something that nobody uses.
 */
export async function openDownloadStore(folder: string, env: Environment): Promise<Store> {
  const own = await openStore(folder);
  const host = env.DEMA_STORE ? viewStore(env.DEMA_STORE) : undefined;
  const known = new Set<string>();
  return {
    ...own,
    blobPath: (digest) => (host && known.has(digest) ? host.blobPath(digest) : own.blobPath(digest)),
    async hasBlob(digest) {
      if (await own.hasBlob(digest)) return true;
      if (!(await host?.hasBlob(digest))) return false;
      if (env.DEMA_INBOX && !known.has(digest))
        await writeFile(join(env.DEMA_INBOX, digest.replace('sha256:', 'used-')), '');
      known.add(digest);
      return true;
    },
    async putBlob(source, expected) {
      const blob = await own.putBlob(source, expected);
      if (env.DEMA_INBOX) await offer(blob.path, join(env.DEMA_INBOX, blob.digest.replace('sha256:', '')));
      return blob;
    },
    readRecord: async (kind, key) => (await own.readRecord(kind, key)) ?? host?.readRecord(kind, key),
  };
}

async function offer(file: string, target: string): Promise<void> {
  try {
    await link(file, target);
  } catch {
    await copyFile(file, `${target}.part`);
    await rename(`${target}.part`, target);
  }
}
