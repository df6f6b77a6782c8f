import { type Digest, digestOf } from '@dema/store';
import { ANY_MANIFEST, MEDIA_TYPES } from './descriptor.ts';
import { invalidImage } from './faults.ts';
import { isIndexContent } from './image-index.ts';
import { parseObject } from './parse-object.ts';
import { readWhole } from './read-whole.ts';
import type { Registry } from './registry.ts';

export interface FetchedManifest {
  content: Buffer;
  digest: Digest;
  mediaType: string;
}

/** Of an image, an index or an artifact, verified where it is asked for by its digest. */
export async function readManifest(registry: Registry, reference: string): Promise<FetchedManifest | undefined> {
  const content = await readWhole(registry, `manifests/${reference}`, { accept: ANY_MANIFEST });
  if (content === undefined) return undefined;
  const digest = digestOf(content);
  if (reference.startsWith('sha256:') && digest !== reference)
    throw invalidImage(reference, 'it has other content than its digest says');
  return { content, digest, mediaType: typeOf(content, digest) };
}

const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+$/;

/** A manifest of OCI's need not name it. */
function typeOf(content: Buffer, digest: Digest): string {
  const { mediaType } = parseObject(content, digest) as { mediaType?: unknown };
  if (typeof mediaType === 'string' && MEDIA_TYPE.test(mediaType)) return mediaType;
  return isIndexContent(content, digest) ? MEDIA_TYPES.index : MEDIA_TYPES.manifest;
}
