import { createHash } from 'node:crypto';
import { renderJson } from '@dema/spec';
import { type Digest, readRecords, type Store } from '@dema/store';
import type { SbomDocuments } from './buildpack-sboms.ts';
import type { LayerMetadata } from './lifecycle-metadata.ts';

/**
 * What is kept between two builds of one image: its layers with `cache = true`, each in the schema of the label
 * `io.buildpacks.lifecycle.metadata`.
 */
export interface BuildCache {
  /** The SBOM layer of the image that this build made. */
  sbom?: { sha: Digest };
  /** Whose the layers are in their archives. */
  owner?: { uid: number; gid: number };
  buildpacks: {
    key: string;
    version: string;
    layers: Record<string, LayerMetadata>;
    /** Documents of the layers above and of those for launch alone, by layer. */
    sboms?: Record<string, SbomDocuments>;
  }[];
}

const KIND = 'build-cache';

export async function findBuildCache(store: Store, reference: string): Promise<BuildCache | undefined> {
  const record = await store.readRecord(KIND, recordKey(reference));
  return isBuildCache(record) ? record : undefined;
}

/** Those of all images. */
export async function readBuildCaches(store: Store): Promise<BuildCache[]> {
  return (await readRecords(store.root, KIND)).filter(isBuildCache);
}

export async function writeBuildCache(store: Store, reference: string, cache: BuildCache): Promise<void> {
  // TOML has values that JSON has not; they are kept in the form that labels have for them.
  await store.writeRecord(KIND, recordKey(reference), JSON.parse(renderJson(cache)));
}

function recordKey(reference: string): string {
  return createHash('sha256').update(reference).digest('hex');
}

function isBuildCache(record: unknown): record is BuildCache {
  return typeof record === 'object' && record !== null && Array.isArray((record as BuildCache).buildpacks);
}
