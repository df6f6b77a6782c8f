import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dependency } from '@dema/dependencies';
import { isFault } from '@dema/errors';
import type { FetchEvent } from '@dema/fetch';
import type { Bindings } from '@dema/spec';
import type { UnpackOptions } from './dependencies.ts';
import { dependencyNotKept } from './faults.ts';
import { formatBytes, type Log } from './log.ts';
import type { Environment } from './settings.ts';

export interface DependencySourceOptions {
  env: Environment;
  bindings: Bindings;
  log: Log;
}

/** Brings files of dependencies to this machine, each once. Nothing is opened before the first of them is needed. */
export interface DependencySource {
  unpack(dependency: Dependency, folder: string, options?: UnpackOptions): Promise<void>;
  close(): Promise<void>;
}

interface Connection {
  fetch(dependency: Dependency): Promise<string>;
  close(): Promise<void>;
}

export function createDependencySource(options: DependencySourceOptions): DependencySource {
  let connection: Promise<Connection> | undefined;
  const files = new Map<Dependency, Promise<string>>();

  async function fetchOnce(dependency: Dependency): Promise<string> {
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
      await unpackDependency(await fetchOnce(dependency), folder, { strip, filter });
    },
    close: async () => (await connection)?.close(),
  };
}

async function connect({ env, bindings, log }: DependencySourceOptions): Promise<Connection> {
  const [
    { createFetcher, findDownloaded, openUnreachableHosts, readNpmConfig },
    { fetchDependency, parseMirrors },
    { openDownloadStore },
  ] = await Promise.all([import('@dema/fetch'), import('@dema/dependencies'), import('./download-store.ts')]);
  const temp = await mkdtemp(join(tmpdir(), 'dema-'));
  const store = await openDownloadStore(temp, env);
  const offline = env.DEMA_OFFLINE === 'true';
  const mirrors = parseMirrors(env, bindings);
  const npm = await readNpmConfig(env);
  const unreachable = openUnreachableHosts(env.DEMA_INBOX && join(env.DEMA_INBOX, 'unreachable-hosts'));
  const fetcher = createFetcher({
    ...{ store, env, npm, offline, unreachable },
    onEvent: (event) => logDownload(event, log),
  });
  return {
    async fetch(dependency) {
      for (const { checksum } of dependency.sources) {
        const known = await findDownloaded(store, checksum);
        if (known) return known.path;
      }
      const { path, setting } = await fetchDependency(dependency, { fetcher, npm, mirrors }).catch((error) => {
        throw offline && isFault(error) ? dependencyNotKept(dependency) : error;
      });
      if (setting) log.detail(`from the address in ${setting}`);
      return path;
    },
    async close() {
      await fetcher.close();
      await rm(temp, { recursive: true, force: true });
    },
  };
}

function logDownload(event: FetchEvent, log: Log): void {
  if (event.type === 'download-end') log.detail(`downloaded ${event.what}, ${formatBytes(event.bytes)}`);
}
