import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dependency, FetchedDependency } from '@dema/dependencies';
import { isFault } from '@dema/errors';
import type { FetchEvent } from '@dema/fetch';
import type { Bindings } from '@dema/spec';
import type { Store } from '@dema/store';
import type { AppLock } from './app-lock.ts';
import { openDebianPackages } from './debian-packages.ts';
import type { UnpackOptions } from './dependencies.ts';
import { dependencyNotKept } from './faults.ts';
import { formatBytes, type Log } from './log.ts';
import type { OwnNetwork } from './network.ts';
import type { Environment } from './settings.ts';
import { createProgressTeller } from './tell-progress.ts';

export interface DependencySourceOptions {
  env: Environment;
  architecture: 'amd64' | 'arm64';
  /** Refuses packages that took the place of those of the inventory or the lock. */
  isLocked: boolean;
  /** Of the app; not read before something is resolved. */
  readLock?(): Promise<AppLock>;
  bindings: Bindings;
  network: Pick<OwnNetwork, 'unreachable'>;
  log: Log;
}

export interface ReleaseRequest {
  inventory: Dependency[];
  id: string;
  version: string;
  /** Of lines, by the first number of the version. */
  endOfLife: Record<string, string>;
}

/** Brings files of dependencies to this machine, each once. Nothing is opened before the first of them is needed. */
export interface DependencySource {
  /** Gives what was unpacked. */
  unpack(dependency: Dependency, folder: string, options?: UnpackOptions): Promise<FetchedDependency>;
  /** A version that the inventory lacks, where the npm registry has it. */
  findRelease(request: ReleaseRequest): Promise<Dependency | undefined>;
  close(): Promise<void>;
}

interface Connection {
  fetch(dependency: Dependency): Promise<FetchedDependency>;
  findRelease: DependencySource['findRelease'];
  close(): Promise<void>;
}

export function createDependencySource(options: DependencySourceOptions): DependencySource {
  let connection: Promise<Connection> | undefined;
  const files = new Map<Dependency, Promise<FetchedDependency>>();

  async function fetchOnce(dependency: Dependency): Promise<FetchedDependency> {
    connection ??= connect(options);
    const { fetch } = await connection;
    const file = files.get(dependency) ?? fetch(dependency);
    files.set(dependency, file);
    return file;
  }

  return {
    async unpack(dependency, folder, options = {}) {
      const { unpackDependency } = await import('@dema/dependencies');
      const { strip = 0, filter } = options;
      const fetched = await fetchOnce(dependency);
      await unpackDependency(fetched, folder, { strip, filter });
      return fetched;
    },
    async findRelease(request) {
      connection ??= connect(options);
      return (await connection).findRelease(request);
    },
    close: async () => (await connection)?.close(),
  };
}

async function connect(sourceOptions: DependencySourceOptions): Promise<Connection> {
  const { env, bindings, network, log, architecture, isLocked: locked } = sourceOptions;
  const [{ createFetcher, readNpmConfig }, { fetchDependency, findNpmRelease, parseMirrors }, { openDownloadStore }] =
    await Promise.all([import('@dema/fetch'), import('@dema/dependencies'), import('./download-store.ts')]);
  const temp = await mkdtemp(join(tmpdir(), 'dema-'));
  const store = await openDownloadStore(temp, env);
  const offline = env.DEMA_OFFLINE === 'true';
  const mirrors = parseMirrors(env, bindings);
  const npm = await readNpmConfig(env);
  const unreachable = await network.unreachable();
  const tellProgress = createProgressTeller(env.DEMA_PROGRESS_FILE);
  const options = { store, env, offline, unreachable, onEvent: tellProgress };
  const fetcher = createFetcher({
    ...options,
    npm,
    onEvent(event) {
      tellProgress(event);
      logDownload(event, log);
    },
  });
  const debian = await openDebianPackages(options, log);
  return {
    async fetch(dependency) {
      const known = await findAtHand(dependency, store);
      if (known) return known;
      const connections = { fetcher, npm, mirrors, debian: debian.archive, locked };
      const fetched = await fetchDependency(dependency, connections).catch(async (error) => {
        if (!offline || !isFault(error)) throw error;
        throw dependencyNotKept([dependency, ...(await listOthersMissing(dependency, sourceOptions, store))]);
      });
      if (fetched.setting) log.detail(`from the address in ${fetched.setting}`);
      debian.report(fetched);
      return fetched;
    },
    findRelease: ({ inventory, id, version, endOfLife }) =>
      findNpmRelease(inventory, id, version, { architecture, fetcher, npm, endOfLife }),
    async close() {
      await Promise.all([fetcher.close(), debian.close()]);
      await rm(temp, { recursive: true, force: true });
    },
  };
}

/** The dependency from the first source whose archive the store holds already, which needs no network and no address. */
async function findAtHand(dependency: Dependency, store: Store): Promise<FetchedDependency | undefined> {
  const { findDownloaded } = await import('@dema/fetch');
  for (const source of dependency.sources) {
    if (source.packages) continue;
    const known = await findDownloaded(store, source.checksum);
    if (known) return { paths: [known.path], source, packages: [] };
  }
  return undefined;
}

/** What else the lock of the app names and the store does not hold, so that all of it can be had at once. */
async function listOthersMissing(
  dependency: Dependency,
  { architecture, readLock }: DependencySourceOptions,
  store: Store,
): Promise<Dependency[]> {
  const locked = (await readLock?.())?.dependencies ?? [];
  const others = locked.filter(
    (one) => one.id !== dependency.id && (one.architecture ?? architecture) === architecture,
  );
  const held = await Promise.all(others.map((other) => isHeld(other, store)));
  return others.filter((_, index) => !held[index]);
}

async function isHeld(dependency: Dependency, store: Store): Promise<boolean> {
  if (await findAtHand(dependency, store)) return true;
  for (const { packages = [] } of dependency.sources) {
    const held = await Promise.all(packages.map(({ sha256 }) => store.hasBlob(`sha256:${sha256}`)));
    if (packages.length > 0 && !held.includes(false)) return true;
  }
  return false;
}

function logDownload(event: FetchEvent, log: Log): void {
  if (event.type === 'download-end') log.detail(`downloaded ${event.what}, ${formatBytes(event.bytes)}`);
}
