import { isFault } from '@dema/errors';
import { mayPass, retryAfter } from '@dema/fetch';
import { type Digest, digestOf, isDigest } from '@dema/store';
import { ANY_MANIFEST } from './descriptor.ts';
import { registryTagTaken } from './faults.ts';
import { readWhole } from './read-whole.ts';
import type { Registry } from './registry.ts';

export interface ManifestToPut {
  /** A tag, or the digest. */
  reference: string;
  mediaType: string;
  content: Uint8Array;
  /** What the tag was for before, if anything. */
  before?: Digest;
}

/**
 * Writes a manifest. Where it is not known whether that went well, the registry is asked before it is tried again, so that what somebody
 * else has written meanwhile stays. Gives what the registry says to it. Faults: OCI_REGISTRY_REFUSED, OCI_REGISTRY_TAG_TAKEN.
 */
export async function putManifest(
  registry: Registry,
  { reference, mediaType, content, before }: ManifestToPut,
): Promise<Record<string, string>> {
  const retries = registry.retries();
  const own = digestOf(content);
  for (;;) {
    const { problem, headers, afterMs } = await putOnce(registry, { reference, mediaType, content });
    if (headers) return headers;
    if (!(await retries.wait(afterMs))) throw problem;
    const found = await findDigest(registry, reference);
    if (found === own) return {};
    if (found !== undefined && found !== before)
      throw registryTagTaken(`${registry.host}/${registry.repository}`, reference, found);
  }
}

/** What could pass comes back as a problem. */
async function putOnce(
  registry: Registry,
  { reference, mediaType, content }: ManifestToPut,
): Promise<{ problem?: Error; headers?: Record<string, string>; afterMs?: number }> {
  const request = {
    method: 'PUT',
    path: `manifests/${reference}`,
    headers: { 'content-type': mediaType },
    body: () => content,
    isOnce: true,
  } as const;
  try {
    const answer = await registry.ask(request);
    if ([200, 201, 202].includes(answer.status)) {
      answer.discard();
      return { headers: answer.headers };
    }
    const problem = await registry.refusal(request, answer);
    if (mayPass(answer)) return { problem, afterMs: retryAfter(answer) };
    throw problem;
  } catch (error) {
    if (isFault(error, 'OCI_REGISTRY_UNREACHABLE') || isFault(error, 'OCI_REGISTRY_BROKE_OFF'))
      return { problem: error };
    throw error;
  }
}

/** The digest of a manifest: what the registry says, else what its content has. */
export async function findDigest(registry: Registry, reference: string): Promise<Digest | undefined> {
  const path = `manifests/${reference}`;
  const headers = { accept: ANY_MANIFEST };
  const head = await registry.ask({ method: 'HEAD', path, headers });
  head.discard();
  if (head.status !== 200) return undefined;
  const said = head.headers['docker-content-digest'];
  if (isDigest(said)) return said;
  const content = await readWhole(registry, path, headers);
  return content && digestOf(content);
}
