import type { DebianArchive } from '@dema/debian';
import type { Fetcher } from '@dema/fetch';
import type { Mirrors } from './mirrors.ts';

export interface MappedArchive extends DebianArchive {
  /** By which packages were asked for at another address; the first of them. */
  setting?: string;
}

/** A Debian archive, but for packages that have an address of their own by their checksum. */
export function withMappings(
  archive: DebianArchive,
  mirrors: Mirrors,
  fetcher: Pick<Fetcher, 'download'>,
): MappedArchive {
  const mapped: MappedArchive = {
    ...archive,
    async fetch(pkg) {
      const checksum = `sha256:${pkg.sha256}` as const;
      const other = mirrors.find(pkg.filename, checksum);
      if (!other) return archive.fetch(pkg);
      mapped.setting ??= other.setting;
      return (await fetcher.download(other.url, { checksum, what: `${pkg.name} ${pkg.version}` })).path;
    },
  };
  return mapped;
}
