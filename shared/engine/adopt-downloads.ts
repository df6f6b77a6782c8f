import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isFault } from '@dema/errors';
import { adoptDownload } from '@dema/fetch';
import { isDigest, type Store } from '@dema/store';

/** Begins the name of an empty file that says that a buildpack read the download of that SHA-256. */
const USED = 'used-';

/**
 * Takes over what buildpacks downloaded. They put each file under its SHA-256; a file that is something else than its
 * name says is thrown away, so that no buildpack can plant a download for others.
 */
export async function adoptDownloads(inbox: string, downloads: Store): Promise<void> {
  for (const name of await readdir(inbox)) {
    const digest = `sha256:${name}`;
    const file = join(inbox, name);
    const used = `sha256:${name.replace(USED, '')}`;
    // Nothing is taken from there; only that it was used is noted.
    if (name.startsWith(USED) && isDigest(used)) await downloads.hasBlob(used);
    if (!isDigest(digest)) {
      await rm(file, { recursive: true, force: true });
      continue;
    }
    await adoptDownload(downloads, file, digest).catch((error) => {
      if (!isFault(error, 'STORE_BLOB_CORRUPT')) throw error;
    });
  }
}
