import { join } from 'node:path';
import type { DebianArchive } from '@dema/debian';
import type { FetchedDependency } from '@dema/dependencies';
import type { FetchEvent, FetcherOptions } from '@dema/fetch';
import { KEYS_FOLDER } from './debian-keys.ts';
import { formatBytes, type Log } from './log.ts';

export interface DebianPackages {
  archive: DebianArchive;
  /** Tells of what was fetched since the last time: packages are many, so in one line. */
  report(fetched: FetchedDependency): void;
  close(): Promise<void>;
}

/** Packages of Debian from the mirror that the platform names (DEMA_DEBIAN_MIRROR_FILE), or that this machine uses. */
export async function openDebianPackages(options: FetcherOptions, log: Log): Promise<DebianPackages> {
  const { openHostArchive } = await import('@dema/debian');
  let downloads: FetchEvent[] = [];
  const buildpackDir = options.env.CNB_BUILDPACK_DIR;
  const archive = openHostArchive({
    ...options,
    keysFolder: buildpackDir && join(buildpackDir, KEYS_FOLDER),
    onEvent(event) {
      options.onEvent?.(event);
      if (event.type === 'download-end') downloads.push(event);
    },
  });
  return {
    archive,
    report({ packages }) {
      const bytes = downloads.reduce((sum, event) => sum + event.bytes, 0);
      if (bytes > 0) log.detail(`downloaded ${downloads.length} Debian packages, ${formatBytes(bytes)}`);
      downloads = [];
      for (const { superseded, package: taken } of packages) {
        if (!superseded) continue;
        const { name, version } = superseded;
        log.warn(`${name} ${version} is gone from the Debian mirror: taking ${taken.version}, the newest of its line`);
      }
    },
    close: archive.close,
  };
}
