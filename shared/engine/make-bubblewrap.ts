import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TarEntry, unpackEntries } from '@dema/archive';
import {
  type DebianArchitecture,
  type DebianArchive,
  fetchAllLocked,
  findUnheld,
  type LockedPackage,
  packageEntries,
  parsePackageLock,
} from '@dema/debian';
import type { Store } from '@dema/store';
import type { Bubblewrap } from './builder.ts';

export interface BubblewrapOptions {
  store: Store;
  archive: DebianArchive;
  architecture: DebianArchitecture;
  /** Refuses a newer package where the mirror no longer has the locked one. */
  locked?: boolean;
}

/** Goes into the key of what is kept; another number whenever the tree is made in another way. */
const FORM = 1;

/** The program, the libraries that it links, the loader, and the terms of each. */
const TAKEN =
  /^usr\/(bin\/bwrap|lib\/[^/]+-linux-gnu\/(ld-linux-[^/]+|libc|libcap|libselinux|libpcre2-8)\.so\.[\d.]+|share\/doc\/[^/]+\/copyright)$/;

/**
 * Bubblewrap in a tree of its own, with the libraries and the loader that it runs on. Once made the store keeps it, and no
 * network is touched.
 */
export async function makeBubblewrap({ store, archive, ...options }: BubblewrapOptions): Promise<Bubblewrap> {
  const { packages, key } = await readLock(options.architecture);
  const known = await store.findTree(key);
  if (known) return { tree: known };
  const debs = await fetchAllLocked(archive, packages, options);
  const tree = await store.putTree(key, async (dir) => {
    for (const { path } of debs) await unpackEntries(takenEntries(path), dir, { root: true });
  });
  return { tree };
}

/** Packages that it is still to be made of and that `downloads` does not hold; none once it is made. */
export async function findMissingBubblewrapPackages(
  { store, architecture }: Pick<BubblewrapOptions, 'store' | 'architecture'>,
  downloads: Store,
): Promise<LockedPackage[]> {
  const { packages, key } = await readLock(architecture);
  return (await store.findTree(key)) ? [] : findUnheld(packages, downloads);
}

async function* takenEntries(deb: string): AsyncGenerator<TarEntry> {
  for await (const entry of packageEntries(deb)) if (TAKEN.test(entry.path)) yield entry;
}

async function readLock(architecture: DebianArchitecture): Promise<{ packages: LockedPackage[]; key: string }> {
  const file = join(import.meta.dirname, 'bubblewrap.lock.json');
  const packages = parsePackageLock(await readFile(file, 'utf8'), file).architectures[architecture];
  const digest = createHash('sha256').update(JSON.stringify([FORM, packages]));
  return { packages, key: `bubblewrap-${digest.digest('hex')}` };
}
