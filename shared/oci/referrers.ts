import { type Digest, digestOf, isDigest } from '@dema/store';
import { type Descriptor, MEDIA_TYPES } from './descriptor.ts';
import { isIndexContent, manifestsOf } from './image-index.ts';
import { openPull } from './open-pull.ts';
import { parseObject } from './parse-object.ts';
import { findDigest } from './put-manifest.ts';
import { readWhole } from './read-whole.ts';
import type { Registry, RegistryOptions } from './registry.ts';
import { readPages } from './registry-catalogue.ts';
import type { RegistryName } from './registry-name.ts';

/** A manifest that is about another one. */
export type Referrer = Descriptor & {
  /** Of what it holds; unknown when the registry does not say. */
  artifactType?: string;
};

/** Signatures and attestations as cosign has them where registries know no referrers: tags of their own. */
const COSIGN: Record<string, string> = {
  sig: 'application/vnd.dev.cosign.artifact.sig.v1+json',
  att: 'application/vnd.dev.cosign.artifact.att.v1+json',
};

/** Many a registry does not know the question. */
const UNKNOWN = { headers: { accept: MEDIA_TYPES.index }, missing: [400, 404, 405] };

/** The tag of the list for an image where the registry has none itself (OCI distribution specification, "Referrers Tag Schema"). */
export function referrersTag(digest: Digest): string {
  return digest.replace(':', '-');
}

/** What refers to a manifest of a repository, in the order of the registry, cosign's signatures last. Faults: OCI_REGISTRY_*. */
export async function listReferrers(
  name: RegistryName,
  subject: Digest,
  options: RegistryOptions,
): Promise<Referrer[]> {
  const pull = openPull(name, options);
  const found = await pull(async (registry) => {
    const listed = await readList(registry, subject);
    const signed = await Promise.all(Object.keys(COSIGN).map((end) => findByTag(registry, subject, end)));
    const all = [...listed, ...signed.flat()];
    return all.length > 0 ? all : undefined;
  });
  return found ?? [];
}

async function readList(registry: Registry, subject: Digest): Promise<Referrer[]> {
  const all: Referrer[] = [];
  for await (const page of readPages(registry, `referrers/${subject}`, UNKNOWN)) {
    // What answers with anything else does not know the question.
    if (!Array.isArray(page.manifests)) return (await readReferrersTag(registry, subject)).all;
    all.push(...manifestsOf(page));
  }
  return all.length > 0 ? all : (await readReferrersTag(registry, subject)).all;
}

/** The list under the tag, with its digest; an empty one when there is none. */
export async function readReferrersTag(
  registry: Registry,
  subject: Digest,
): Promise<{ all: Referrer[]; digest?: Digest }> {
  const content = await readWhole(registry, `manifests/${referrersTag(subject)}`, { accept: MEDIA_TYPES.index });
  if (content === undefined) return { all: [] };
  const digest = digestOf(content);
  return { all: isIndexContent(content, digest) ? manifestsOf(parseObject(content, digest)) : [], digest };
}

async function findByTag(registry: Registry, subject: Digest, end: string): Promise<Referrer[]> {
  const digest = await findDigest(registry, `${referrersTag(subject)}.${end}`);
  const artifactType = COSIGN[end];
  return isDigest(digest) && artifactType ? [{ mediaType: MEDIA_TYPES.manifest, digest, size: 0, artifactType }] : [];
}
