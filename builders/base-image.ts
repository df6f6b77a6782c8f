import {
  type DebianArchitecture,
  type DebianArchive,
  fetchAllLocked,
  findUnheld,
  type LockedPackage,
  type PackageLock,
} from '@dema/debian';
import { createLayer, findLayer, type Image, type Layer } from '@dema/oci';
import { isDigest, type Store } from '@dema/store';
import { assembleRoot } from './assemble-root.ts';
import { determineAssemblyKey } from './assembly-key.ts';
import { type BaseDefinition, readBaseDefinition } from './base-definition.ts';
import { readBaseLock } from './base-lock.ts';
import { type Certificate, readCertificates } from './certificates.ts';
import { describeImage } from './describe-image.ts';
import type { ImageRole } from './image-role.ts';

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
  const { lock, key } = await readPlan(role, options);
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
  const plan = await readPlan(role, options);
  const { definition, lock, key } = plan;
  const image = `${role}-${definition.name}`;
  const made =
    (await findMade(key, options)) ??
    (await store.withLock(`base-image-${key}`, async () => {
      const byOthers = await findMade(key, options);
      if (byOthers) return byOthers;
      const packages = lock.architectures[architecture];
      onEvent({ type: 'base-image-start', image, packages: packages.length });
      const onFetched = () => onEvent({ type: 'base-image-fetched', image });
      const fresh = await assembleLayer(plan, { ...options, onFetched });
      await store.writeRecord('base-image', key, { diffId: fresh.layer.diffId, superseded: fresh.superseded });
      onEvent({ type: 'base-image-end', image });
      return fresh;
    }));
  for (const { locked, taken } of made.superseded) onEvent({ type: 'package-superseded', image, locked, taken });
  const packages = packagesOf(lock.architectures[architecture], made.superseded);
  return describeImage(made.layer, { definition, architecture, date: lock.date, packages });
}

/** What is in the image: the locked packages, or what was taken in place of one. */
function packagesOf(locked: LockedPackage[], superseded: Superseded[]): LockedPackage[] {
  const taken = new Map(superseded.map((one) => [one.locked.name, one.taken]));
  return locked.map((pkg) => taken.get(pkg.name) ?? pkg);
}

/** All that decides what is in an image, and a name for it. */
interface Plan {
  definition: BaseDefinition;
  certificates: Certificate[];
  lock: PackageLock;
  key: string;
}

async function readPlan(
  role: ImageRole,
  { name, architecture }: Pick<BaseImageOptions, 'name' | 'architecture'>,
): Promise<Plan> {
  const definition = await readBaseDefinition(name, role);
  const certificates = await readCertificates(definition.certificates);
  const lock = await readBaseLock(definition);
  const { user, users, only } = definition;
  const inputs = [lock.architectures[architecture], { user, users, only, certificates }].map((one) =>
    JSON.stringify(one),
  );
  return { definition, certificates, lock, key: await determineAssemblyKey([role, architecture, ...inputs]) };
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
  { definition, certificates, lock: { date, architectures } }: Plan,
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
    createLayer(store, await assembleRoot(debs, { folder, definition, certificates }), { createdBy: CREATED_BY }),
  );
  return { layer, superseded };
}
