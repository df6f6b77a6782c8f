import { type Digest, digestOf } from '@dema/store';
import { MEDIA_TYPES } from './descriptor.ts';
import { parseObject } from './parse-object.ts';
import { readSmall } from './read-small.ts';
import { openRegistry, type Registry, type RegistryOptions } from './registry.ts';
import type { RegistryName } from './registry-name.ts';

const { manifest, index, dockerManifest, dockerIndex } = MEDIA_TYPES;

/**
 * What became of a tag: it was moved (in a dry run: would be), points to what it should already, points to something else than was
 * expected, or the registry has not what it is to point to.
 */
export type MovedTag =
  | { outcome: 'moved' | 'there' }
  | { outcome: 'elsewhere'; digest: Digest | undefined }
  | { outcome: 'lost' };

export interface TagMove {
  from: readonly Digest[];
  to: Digest;
  /** Writes nothing. */
  isDryRun?: boolean;
}

/** Points a tag to another manifest of its repository, where it points to one of `from`. Faults: OCI_REGISTRY_*. */
export async function moveTag(
  name: RegistryName,
  { from, to, isDryRun = false }: TagMove,
  options: RegistryOptions,
): Promise<MovedTag> {
  const registry = await openRegistry(name, options, { actions: isDryRun ? 'pull' : 'pull,push' });
  try {
    const now = await readManifest(registry, name.reference);
    if (now?.digest === to) return { outcome: 'there' };
    if (now === undefined || !from.includes(now.digest)) return { outcome: 'elsewhere', digest: now?.digest };
    const wanted = await readManifest(registry, to);
    if (wanted?.digest !== to) return { outcome: 'lost' };
    if (isDryRun) return { outcome: 'moved' };
    const answer = await registry.ask({
      method: 'PUT',
      path: `manifests/${name.reference}`,
      headers: { 'content-type': wanted.type },
      body: () => wanted.content,
      expected: [200, 201],
    });
    answer.discard();
    return { outcome: 'moved' };
  } finally {
    await registry.close();
  }
}

async function readManifest(registry: Registry, reference: string) {
  const answer = await registry.ask({
    method: 'GET',
    path: `manifests/${reference}`,
    headers: { accept: [manifest, dockerManifest, index, dockerIndex].join(', ') },
    expected: [200, 404],
  });
  const content = await readSmall(answer.body);
  if (answer.status === 404) return undefined;
  const digest = digestOf(content);
  const { mediaType } = parseObject(content, digest) as { mediaType?: unknown };
  return { content, digest, type: typeof mediaType === 'string' ? mediaType : (answer.headers['content-type'] ?? '') };
}
