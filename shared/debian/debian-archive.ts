import type { Fetcher } from '@dema/fetch';
import type { Digest, Store } from '@dema/store';
import { type DebianArchitecture, DISTRIBUTION, type LockedPackage } from './debian-package.ts';
import type { DebianMirror } from './find-debian-mirror.ts';
import { createPackageIndex, type PackageIndex } from './package-index.ts';
import { readPackages } from './read-packages.ts';
import { readRelease, type SignedRelease, type Suite } from './read-release.ts';
import { readArchiveKeys } from './signature.ts';

/** Debian 13 as values: main of `trixie`, `trixie-updates` and `trixie-security`. */
export interface DebianArchive {
  /** From indexes that are signed by Debian and not expired; read once in the life of the archive. */
  packages(architecture: DebianArchitecture): Promise<PackageIndex>;
  /** Path of the .deb, verified. A package that the store holds needs neither a mirror nor the network. */
  fetch(pkg: LockedPackage): Promise<string>;
}

export interface DebianArchiveOptions {
  /** A function is called at the first need only. */
  mirror: DebianMirror | (() => Promise<DebianMirror>);
  /** Should go through the proxy of the mirror where that names one. */
  fetcher: Fetcher;
  store: Store;
  /** Armored public keys; without them those of Debian 13. */
  keys?: string[];
  now?: () => Date;
}

const SUITES: Suite[] = [
  { name: DISTRIBUTION, archive: 'archive' },
  { name: `${DISTRIBUTION}-updates`, archive: 'archive' },
  { name: `${DISTRIBUTION}-security`, archive: 'security' },
];

export function openDebianArchive({ mirror, fetcher, store, ...options }: DebianArchiveOptions): DebianArchive {
  const findMirror = memoise(async () => (typeof mirror === 'function' ? await mirror() : mirror));
  const readReleases = memoise(async () => {
    const context = { mirror: await findMirror(), fetcher, keys: options.keys ?? (await readArchiveKeys()) };
    const now = options.now?.() ?? new Date();
    return Promise.all(SUITES.map((suite) => readRelease(suite, { ...context, now })));
  });
  const indexes = new Map<DebianArchitecture, Promise<PackageIndex>>();

  async function readIndex(architecture: DebianArchitecture): Promise<PackageIndex> {
    const releases: SignedRelease[] = await readReleases();
    const context = { mirror: await findMirror(), fetcher, store };
    const lists = await Promise.all(releases.map((release) => readPackages(release, architecture, context)));
    const date = new Date(Math.max(...releases.map((release) => release.date.getTime())));
    return createPackageIndex(architecture, date, lists.flat());
  }

  return {
    packages(architecture) {
      const index = indexes.get(architecture) ?? readIndex(architecture);
      indexes.set(architecture, index);
      return index;
    },
    async fetch(pkg) {
      const digest: Digest = `sha256:${pkg.sha256}`;
      if (await store.hasBlob(digest)) return store.blobPath(digest);
      const { archive, security, headersFor } = await findMirror();
      const url = `${isOfSecurity(pkg) ? security : archive}/${pkg.filename}`;
      const what = `${pkg.name} ${pkg.version}`;
      const { path } = await fetcher.download(url, {
        checksum: digest,
        headers: headersFor(url),
        maxBytes: pkg.size,
        what,
      });
      return path;
    },
  };
}

/** The security archive keeps its files in a folder of its own, so that both archives can be laid into one. */
function isOfSecurity({ filename }: LockedPackage): boolean {
  return filename.startsWith('pool/updates/');
}

function memoise<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
