import type { TarEntry } from '@dema/archive';
import { textFile } from './new-entries.ts';
import type { Root } from './root-entries.ts';
import type { UnpackedPackage } from './unpack-package.ts';

/** Length of a checksum and the two blanks behind it. */
const CHECKSUM = 34;

/**
 * What scanners know the installed packages by: one paragraph a package in `/var/lib/dpkg/status.d`, as distroless images
 * have it, with the checksums of those of its files that are there. There is no `/var/lib/dpkg/status`: scanners that read
 * both would count every package twice.
 */
export function dpkgStatus(packages: UnpackedPackage[], root: Root): TarEntry[] {
  return packages.flatMap(({ name, control, md5sums }) => {
    const lines = md5sums.split('\n').filter((line) => root.has(line.slice(CHECKSUM)));
    return [
      textFile(`var/lib/dpkg/status.d/${name}`, `${control.trimEnd()}\n`),
      textFile(`var/lib/dpkg/status.d/${name}.md5sums`, lines.map((line) => `${line}\n`).join('')),
    ];
  });
}
