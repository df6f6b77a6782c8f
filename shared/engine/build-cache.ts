import { createHash } from 'node:crypto';
import { parseBuildpackLayers, renderJson, SBOM_TYPES } from '@dema/spec';
import { type Digest, isDigest, readRecords, type Store } from '@dema/store';
import type { LayerOwner } from './buildpack-layers.ts';
import type { SbomDocuments } from './buildpack-sboms.ts';
import type { LayerMetadata } from './lifecycle-metadata.ts';

/**
 * What is kept between two builds of one image: its layers with `cache = true`, each in the schema of the label
 * `io.buildpacks.lifecycle.metadata`.
 */
export interface BuildCache {
  /** The SBOM layer of the image that this build made. */
  sbom?: { sha: Digest };
  owner?: LayerOwner;
  /** The execution environment of that build. */
  execEnv?: string;
  buildpacks: CachedBuildpack[];
}

export interface CachedBuildpack {
  key: string;
  version: string;
  layers: Record<string, LayerMetadata>;
  /** Documents of the layers above and of those for launch alone, by layer. */
  sboms?: Record<string, SbomDocuments>;
}

const KIND = 'build-cache';

/** They become a part of file names. */
const EXTENSIONS: ReadonlySet<string> = new Set(SBOM_TYPES.map(({ extension }) => extension));

export async function findBuildCache(store: Store, reference: string): Promise<BuildCache | undefined> {
  return parseBuildCache(await store.readRecord(KIND, recordKey(reference)));
}

/** Those of all images. */
export async function readBuildCaches(store: Store): Promise<BuildCache[]> {
  return (await readRecords(store.root, KIND)).flatMap((record) => parseBuildCache(record) ?? []);
}

export async function writeBuildCache(store: Store, reference: string, cache: BuildCache): Promise<void> {
  // TOML has values that JSON has not; they are kept in the form that labels have for them.
  await store.writeRecord(KIND, recordKey(reference), JSON.parse(renderJson(cache)));
}

function recordKey(reference: string): string {
  return createHash('sha256').update(reference).digest('hex');
}

/** Another version of this program may have written it: what is not of the shape above is left out. */
export function parseBuildCache(record: unknown): BuildCache | undefined {
  if (!isTable(record) || !Array.isArray(record.buildpacks)) return undefined;
  const { sbom, owner } = record;
  return {
    sbom: isTable(sbom) && isSha(sbom.sha) ? { sha: sbom.sha } : undefined,
    owner:
      isTable(owner) && isNumber(owner.uid) && isNumber(owner.gid) ? { uid: owner.uid, gid: owner.gid } : undefined,
    ...(typeof record.execEnv === 'string' && { execEnv: record.execEnv }),
    buildpacks: record.buildpacks.flatMap((one) => parseBuildpack(one) ?? []),
  };
}

function parseBuildpack(value: unknown): CachedBuildpack | undefined {
  const layers = parseBuildpackLayers(value);
  if (layers === undefined) return undefined;
  const sboms = isTable(value) ? entriesOf(value.sboms).map(([name, documents]) => [name, textsOf(documents)]) : [];
  return { key: layers.key, version: layers.version, layers: layers.layers, sboms: Object.fromEntries(sboms) };
}

function textsOf(value: unknown): SbomDocuments {
  return Object.fromEntries(
    entriesOf(value).filter(
      (entry): entry is [string, string] => EXTENSIONS.has(entry[0]) && typeof entry[1] === 'string',
    ),
  );
}

function entriesOf(value: unknown): [string, unknown][] {
  return isTable(value) ? Object.entries(value) : [];
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSha(value: unknown): value is Digest {
  return typeof value === 'string' && isDigest(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}
