import { createHash } from 'node:crypto';
import { rename } from 'node:fs/promises';
import type { Digest, Store } from '@dema/store';
import type { LayerMetadata } from './lifecycle-metadata.ts';

/**
 * What is kept between two builds of one image: its layers with `cache = true`. The schema of each layer is that of the
 * label `io.buildpacks.lifecycle.metadata`; contents stand in the store as folders, by the diffID of the layer.
 */
export interface BuildCache {
  buildpacks: { key: string; version: string; layers: Record<string, LayerMetadata> }[];
}

const KIND = 'build-cache';

export async function findBuildCache(store: Store, reference: string): Promise<BuildCache | undefined> {
  const record = await store.readRecord(KIND, recordKey(reference));
  return isBuildCache(record) ? record : undefined;
}

export async function writeBuildCache(store: Store, reference: string, cache: BuildCache): Promise<void> {
  await store.writeRecord(KIND, recordKey(reference), cache);
}

export async function findCachedContents(store: Store, diffId: Digest): Promise<string | undefined> {
  return store.findTree(contentsKey(diffId));
}

/** Moves the folder of a layer into the store; the build it belongs to is over. */
export async function keepContents(store: Store, diffId: Digest, folder: string): Promise<void> {
  if (await findCachedContents(store, diffId)) return;
  await store.putTree(contentsKey(diffId), (dir) => rename(folder, dir));
}

function contentsKey(diffId: Digest): string {
  return `layer-${diffId.replace(':', '-')}`;
}

function recordKey(reference: string): string {
  return createHash('sha256').update(reference).digest('hex');
}

function isBuildCache(record: unknown): record is BuildCache {
  return typeof record === 'object' && record !== null && Array.isArray((record as BuildCache).buildpacks);
}
