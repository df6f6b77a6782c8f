import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TarEntry } from '@dema/archive';
import {
  type DebianArchitecture,
  type DebianArchive,
  findUnheld,
  type LockedPackage,
  parsePackageLock,
} from '@dema/debian';
import { createLayer, findLayer, type Layer } from '@dema/oci';
import { type Digest, isDigest, type Store } from '@dema/store';
import { digestLauncherCode, readLauncherBundle } from './bundle.ts';
import { fileEntry, loaderName, readProgramFiles } from './launcher-files.ts';
import { renderStub } from './stub.ts';

export interface LauncherLayerOptions {
  store: Store;
  archive: DebianArchive;
  architecture: DebianArchitecture;
}

/** Goes into the key of what is kept; another number whenever the way in which the layer is made changes. */
const FORM = 1;
const CREATED_BY = 'Buildpacks Application Launcher';

/**
 * The layer with which an image starts: `/cnb/lifecycle/launcher` and what it runs on, down to the C library, so it needs
 * nothing of the run image. Same lock, same digest. Once made the store keeps it, and no network is touched.
 */
export async function makeLauncherLayer({ store, archive, architecture }: LauncherLayerOptions): Promise<Layer> {
  const { packages, stub, key, found } = await findKept(store, architecture);
  if (found) return found;

  const code = await readLauncherBundle();
  const programs = await readProgramFiles(archive, packages, architecture);
  const own = [fileEntry('launcher', Buffer.from(stub), 0o755), fileEntry('launcher.js', Buffer.from(code), 0o644)];
  const files = [...programs, ...own].sort((a, b) => (a.path < b.path ? -1 : 1));
  const folders = ['/cnb', '/cnb/lifecycle'].map(folderEntry);
  const layer = await createLayer(store, [...folders, ...files], { createdBy: CREATED_BY });
  await store.writeRecord('launchers', key, layer.diffId satisfies Digest);
  return layer;
}

/** Packages that the layer is still to be made of and that `downloads` does not hold; none once it is made. */
export async function findMissingLauncherPackages(
  { store, architecture }: Omit<LauncherLayerOptions, 'archive'>,
  downloads: Store,
): Promise<LockedPackage[]> {
  const { packages, found } = await findKept(store, architecture);
  return found ? [] : findUnheld(packages, downloads);
}

async function findKept(store: Store, architecture: DebianArchitecture) {
  const packages = await readLauncherPackages(architecture);
  const stub = renderStub('/cnb/lifecycle', loaderName(architecture));
  const key = createHash('sha256')
    .update(JSON.stringify([FORM, packages, await digestLauncherCode(store), stub]))
    .digest('hex');
  const kept = await store.readRecord('launchers', key);
  const found = isDigest(kept) ? await findLayer(store, kept, { createdBy: CREATED_BY }) : undefined;
  return { packages, stub, key, found };
}

/** Debian's packages of which the layer holds files. */
export async function readLauncherPackages(architecture: DebianArchitecture): Promise<LockedPackage[]> {
  const file = join(import.meta.dirname, 'launcher.lock.json');
  return parsePackageLock(await readFile(file, 'utf8'), file).architectures[architecture];
}

function folderEntry(path: string): TarEntry {
  return { path, type: 'directory', mode: 0o755, uid: 0, gid: 0, size: 0 };
}
