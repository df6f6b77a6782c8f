import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isFault } from '@dema/errors';
import type { Digest, Store } from '@dema/store';
import { buildpackLayerEntries, type LayerOwner } from './buildpack-layers.ts';
import { hashLayer } from './layer-of-entries.ts';

const KIND = 'kept-layers';

/** Layers of one buildpack in a folder of the store. */
export interface KeptLayers {
  /** Key of the tree. */
  key: string;
  path: string;
  /** Of the buildpack. */
  id: string;
  shas: Record<string, Digest>;
  owner: LayerOwner;
}

/**
 * Names of layers whose contents are not what the build left. Reading everything would take as long as making some of it, so
 * names, sizes and times are compared with those of the last time; where they differ the contents decide.
 */
export async function findDamagedLayers(store: Store, kept: KeptLayers): Promise<Set<string>> {
  const known = asLooks(await store.readRecord(KIND, kept.key));
  const looks: Record<string, string> = {};
  const damaged = new Set<string>();
  for (const [name, sha] of Object.entries(kept.shas)) {
    const look = await lookAt(join(kept.path, name));
    if (look !== undefined && (known[name] === look || (await digestLayer(kept, name)) === sha)) looks[name] = look;
    else damaged.add(name);
  }
  const isNews = Object.entries(looks).some(([name, look]) => known[name] !== look);
  if (isNews) await store.writeRecord(KIND, kept.key, looks);
  return damaged;
}

/** Notes how layers look that were just put into the store. */
export async function noteKeptLayers(store: Store, key: string, path: string, names: string[]): Promise<void> {
  const looks = await Promise.all(names.map(async (name) => [name, await lookAt(join(path, name))] as const));
  await store.writeRecord(KIND, key, Object.fromEntries(looks));
}

async function digestLayer({ path, id, owner }: KeptLayers, name: string): Promise<Digest | undefined> {
  try {
    return await hashLayer(buildpackLayerEntries({ path: join(path, name), id, name, owner }));
  } catch (error) {
    if (isFault(error, 'OCI_FOLDER_UNREADABLE')) return undefined;
    throw error;
  }
}

/** Digest of all names, kinds, modes, sizes and times in a folder; undefined when it cannot be read. */
async function lookAt(folder: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  const folders = [folder];
  try {
    for (let path = folders.pop(); path !== undefined; path = folders.pop()) {
      const lines: string[] = [path.slice(folder.length)];
      for (const entry of readdirSync(path, { withFileTypes: true })) {
        const inner = `${path}/${entry.name}`;
        if (entry.isDirectory()) folders.push(inner);
        lines.push(`${entry.name} ${describe(inner)}`);
      }
      hash.update(lines.sort().join('\0'));
      // Other work of the build goes on meanwhile.
      await nextTurn();
    }
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}

/** Times of folders do not count: they change when a neighbour in the store is linked or removed. */
function describe(path: string): string {
  const stats = lstatSync(path);
  if (stats.isDirectory()) return `${stats.mode}`;
  return stats.isSymbolicLink() ? readlinkSync(path) : `${stats.mode} ${stats.size} ${stats.mtimeMs}`;
}

function asLooks(record: unknown): Record<string, unknown> {
  return typeof record === 'object' && record !== null ? (record as Record<string, unknown>) : {};
}
