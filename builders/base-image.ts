import { basename, join } from 'node:path';
import {
  type DebianArchitecture,
  type DebianArchive,
  fetchAllLocked,
  findUnheld,
  type LockedPackage,
  type PackageLock,
  parsePackageLock,
} from '@dema/debian';
import { createLayer, findLayer, type Image, type Layer } from '@dema/oci';
import { isDigest, type Store } from '@dema/store';
import { assembleRoot } from './assemble-root.ts';
import { determineAssemblyKey } from './assembly-key.ts';
import { findBuilderFolder, readBuilderFile } from './builder-folder.ts';
import { describeImage, type ImageRole, userOf } from './describe-image.ts';

export interface BaseImageOptions {
  store: Store;
  archive: DebianArchive;
  /** A built-in builder, such as `base`, or the path of a builder's folder, which begins with `.` or `/`. */
  name: string;
  architecture: DebianArchitecture;
  /** Refuses a newer package where the mirror no longer has the locked one. */
  locked?: boolean;
  onEvent?: (event: BaseImageEvent) => void;
}

export type BaseImageEvent =
  | { type: 'base-image-start'; image: string; packages: number }
  /** Its packages are here and are put together. */
  | { type: 'base-image-fetched'; image: string }
  | { type: 'base-image-end'; image: string }
  /** The mirror no longer has the locked package; another is in the image. Said with every use of the image. */
  | { type: 'package-superseded'; image: string; locked: LockedPackage; taken: LockedPackage };

/** The image that apps run on. Made once for a state of its lock file and kept: from then on it takes no network and no time. */
export function makeRunImage(options: BaseImageOptions): Promise<Image> {
  return makeImage('run', options);
}

/** The image that builds run in. Its one layer, unpacked (`layers[0].tree()`), is the root of the sandbox; it is compressed only when somebody asks for its descriptor. */
export function makeBuildImage(options: BaseImageOptions): Promise<Image> {
  return makeImage('build', options);
}

/** Packages that the image is still to be made of and that `downloads` does not hold; none once it is made. */
export async function findMissingPackages(
  role: ImageRole,
  downloads: Store,
  options: Omit<BaseImageOptions, 'archive'>,
): Promise<LockedPackage[]> {
  const { lock, key } = await readLock(role, options);
  return (await findMade(key, options)) ? [] : findUnheld(lock.architectures[options.architecture], downloads);
}

interface Superseded {
  locked: LockedPackage;
  taken: LockedPackage;
}

interface Made {
  layer: Layer;
  superseded: Superseded[];
}

async function makeImage(role: ImageRole, options: BaseImageOptions): Promise<Image> {
  const { store, architecture, onEvent = () => undefined } = options;
  const name = basename(options.name);
  const image = `${role}-${name}`;
  const { lock, key } = await readLock(role, options);
  const made =
    (await findMade(key, options)) ??
    (await store.withLock(`base-image-${key}`, async () => {
      const byOthers = await findMade(key, options);
      if (byOthers) return byOthers;
      const packages = lock.architectures[architecture];
      onEvent({ type: 'base-image-start', image, packages: packages.length });
      const onFetched = () => onEvent({ type: 'base-image-fetched', image });
      const fresh = await assembleLayer(role, lock, { ...options, onFetched });
      await store.writeRecord('base-image', key, { diffId: fresh.layer.diffId, superseded: fresh.superseded });
      onEvent({ type: 'base-image-end', image });
      return fresh;
    }));
  for (const { locked, taken } of made.superseded) onEvent({ type: 'package-superseded', image, locked, taken });
  const packages = packagesOf(lock.architectures[architecture], made.superseded);
  return describeImage(made.layer, { role, name, architecture, date: lock.date, packages });
}

/** What is in the image: the locked packages, or what was taken in place of one. */
function packagesOf(locked: LockedPackage[], superseded: Superseded[]): LockedPackage[] {
  const taken = new Map(superseded.map((one) => [one.locked.name, one.taken]));
  return locked.map((pkg) => taken.get(pkg.name) ?? pkg);
}

async function readLock(
  role: ImageRole,
  { name, architecture }: Pick<BaseImageOptions, 'name' | 'architecture'>,
): Promise<{ lock: PackageLock; key: string }> {
  const folder = await findBuilderFolder(name);
  const file = `${role}.lock.json`;
  const text = await readBuilderFile(folder, file);
  return {
    lock: parsePackageLock(text, join(folder, file)),
    key: await determineAssemblyKey([role, architecture, text]),
  };
}

/** The kept layer; one with other packages than the lock's is none when those are asked for. */
async function findMade(
  key: string,
  { store, locked }: Pick<BaseImageOptions, 'store' | 'locked'>,
): Promise<Made | undefined> {
  const record = (await store.readRecord('base-image', key)) as
    | { diffId?: unknown; superseded?: Superseded[] }
    | undefined;
  const superseded = record?.superseded ?? [];
  if (!isDigest(record?.diffId) || (locked && superseded.length > 0)) return undefined;
  const layer = await findLayer(store, record.diffId, { createdBy: CREATED_BY });
  return layer && { layer, superseded };
}

const CREATED_BY = 'dema: Debian 13 packages';

async function assembleLayer(
  role: ImageRole,
  { date, architectures }: PackageLock,
  { store, archive, architecture, locked, onFetched }: BaseImageOptions & { onFetched: () => void },
): Promise<Made> {
  const options = { architecture, locked, notBefore: new Date(date) };
  const fetched = await fetchAllLocked(archive, architectures[architecture], options);
  onFetched();
  const debs = fetched.map(({ path, package: { name } }) => ({ path, name }));
  const superseded = fetched.flatMap(({ superseded, package: taken }) =>
    superseded ? [{ locked: superseded, taken }] : [],
  );
  const layer = await store.withTempFolder(async (folder) =>
    createLayer(store, await assembleRoot(debs, { folder, role, user: userOf(role) }), { createdBy: CREATED_BY }),
  );
  return { layer, superseded };
}
