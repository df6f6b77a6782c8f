import type { LockedPackage } from '@dema/debian';
import type { Checksum } from '@dema/fetch';

export type Architecture = 'amd64' | 'arm64';

/** One version of something that a buildpack installs, for one architecture or for all. */
export interface Dependency {
  /** What a buildpack asks for, such as `node`. */
  id: string;
  /** For people, such as `Node.js`. */
  name: string;
  version: string;
  /** Absent when the same files serve every architecture. */
  architecture?: Architecture;
  /** By preference; all hold the same content, though not the same archive. */
  sources: DependencySource[];
  /** The day, as `2028-04-30`, from which upstream mends nothing more. */
  endOfLife?: string;
  /** SPDX identifiers. */
  licenses?: string[];
  cpe?: string;
  purl: string;
  /** Versions of what it brings along, by dependency id: `{ npm: '11.16.0' }`. */
  bundles?: Record<string, string>;
}

export interface DependencySource {
  /** `https://...`, `pkg:npm/NAME@VERSION` or `pkg:deb/debian/NAME@VERSION?arch=ARCH`. */
  uri: string;
  /** Of the archive that this source serves; of `pkg:deb`, of the package that the source is named after. */
  checksum: Checksum;
  /** `pkg:deb` alone: that package and all that it needs where it is unpacked, ordered by name. */
  packages?: LockedPackage[];
  /** False as long as nobody has downloaded the archive and held it against the checksum, which then is only what somebody says. */
  verified?: boolean;
}
