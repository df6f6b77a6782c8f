import type { Fetcher } from '@dema/fetch';
import type { Digest, Store } from '@dema/store';
import { type DebianArchitecture, DISTRIBUTION, isOfSecurityArchive, type LockedPackage } from './debian-package.ts';
import type { DebianMirror } from './find-debian-mirror.ts';
import { createPackageIndex, type PackageIndex } from './package-index.ts';
import { readPackages } from './read-packages.ts';
import { readRelease, type Suite } from './read-release.ts';
import { readArchiveKeys } from './signature.ts';

/** Debian 13 as values: main of `trixie`, `trixie-updates` and `trixie-security`. */
export interface DebianArchive {
  /** From indexes that are signed by Debian, not expired, and not older than those seen before; read once in the life of the archive. */
  packages(architecture: DebianArchitecture): Promise<PackageIndex>;
  /** Path of the .deb, verified. A package that the store holds needs neither a mirror nor the network. */
  fetch(pkg: LockedPackage): Promise<string>;
}

export interface DebianArchiveOptions {
  /** A function is called at the first need only. */
  mirror: DebianMirror | (() => Promise<DebianMirror>);
  /** Goes through the proxy of the mirror where that names one. A function is called once, at the first need. */
  fetcher: Fetcher | ((mirror: DebianMirror) => Fetcher);
  store: Store;
  /** Armored public keys; without them those of Debian 13. A function is called at the first need only. */
  keys?: string[] | (() => Promise<string[]>);
  /** Reads a suite that is past its `Valid-Until`, as an archive that is kept as it was for good serves it. */
  allowExpired?: boolean;
  now?: () => Date;
}

const SUITES: Suite[] = [
  { name: DISTRIBUTION, archive: 'archive' },
  { name: `${DISTRIBUTION}-updates`, archive: 'archive' },
  { name: `${DISTRIBUTION}-security`, archive: 'security' },
];

export function openDebianArchive({ mirror, fetcher, store, ...options }: DebianArchiveOptions): DebianArchive {
  const connect = memoise(async () => {
    const found = typeof mirror === 'function' ? await mirror() : mirror;
    return { mirror: found, fetcher: typeof fetcher === 'function' ? fetcher(found) : fetcher, store };
  });
  const readReleases = memoise(async () => {
    const { keys = () => readArchiveKeys() } = options;
    const context = { ...(await connect()), keys: typeof keys === 'function' ? await keys() : keys };
    const now = options.now?.() ?? new Date();
    return Promise.all(
      SUITES.map((suite) => readRelease(suite, { ...context, now, allowExpired: options.allowExpired ?? false })),
    );
  });
  const indexes = new Map<DebianArchitecture, Promise<PackageIndex>>();

  async function readIndex(architecture: DebianArchitecture): Promise<PackageIndex> {
    const [releases, context] = [await readReleases(), await connect()];
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
      return downloadPackage(pkg, await connect());
    },
  };
}

async function downloadPackage(
  pkg: LockedPackage,
  { mirror, fetcher }: { mirror: DebianMirror; fetcher: Fetcher },
): Promise<string> {
  const url = `${isOfSecurityArchive(pkg) ? mirror.security : mirror.archive}/${pkg.filename}`;
  const { path } = await fetcher.download(url, {
    checksum: `sha256:${pkg.sha256}`,
    headers: mirror.headersFor(url),
    maxBytes: pkg.size,
    what: `${pkg.name} ${pkg.version}`,
  });
  return path;
}

function memoise<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
