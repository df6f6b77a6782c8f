import { readFile } from 'node:fs/promises';
import { createFetcher, type Fetcher, type FetcherOptions } from '@dema/fetch';
import { type DebianArchive, openDebianArchive } from './debian-archive.ts';
import { debianKeysUnreadable } from './faults.ts';
import { findDebianMirror } from './find-debian-mirror.ts';
import { readArchiveKeys } from './signature.ts';

export interface HostArchiveOptions extends Omit<FetcherOptions, 'proxy'> {
  /** Where the machine's settings are; /etc without it. */
  etc?: string;
  /** Where the keys of Debian were copied to; without it they are where the code has them. */
  keysFolder?: string;
}

/**
 * The archive at the mirror that this machine uses, through the proxy that its apt uses. Nothing is looked for before it is needed.
 * DEMA_DEBIAN_KEYS names a file of keys for an archive that somebody else than Debian signs.
 */
export function openHostArchive({
  etc,
  keysFolder,
  ...options
}: HostArchiveOptions): DebianArchive & { close(): Promise<void> } {
  const fetchers: Fetcher[] = [];
  const archive = openDebianArchive({
    store: options.store,
    allowExpired: /^(1|true|yes)$/i.test(options.env.DEMA_DEBIAN_ALLOW_EXPIRED ?? ''),
    keys: findOwnKeys(options.env) ?? (() => readArchiveKeys(keysFolder)),
    mirror: () => findDebianMirror(options.env, { etc }),
    fetcher({ proxy }) {
      const fetcher = createFetcher({ ...options, proxy });
      fetchers.push(fetcher);
      return fetcher;
    },
  });
  return {
    ...archive,
    async close() {
      await Promise.all(fetchers.map((fetcher) => fetcher.close()));
    },
  };
}

function findOwnKeys({ DEMA_DEBIAN_KEYS: file }: HostArchiveOptions['env']): (() => Promise<string[]>) | undefined {
  if (!file) return undefined;
  return async () => {
    try {
      const text = await readFile(file, 'utf8');
      if (!text.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----')) throw new Error('it holds no public key');
      return [text];
    } catch (error) {
      throw debianKeysUnreadable(file, error);
    }
  };
}
