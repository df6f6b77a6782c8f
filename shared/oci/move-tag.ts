import type { Digest } from '@dema/store';
import { putManifest } from './put-manifest.ts';
import { readManifest } from './read-manifest.ts';
import { openRegistry, type RegistryOptions } from './registry.ts';
import type { RegistryName } from './registry-name.ts';

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

/** Points a tag to another manifest of its repository, where it points to one of `from`. Faults: OCI_REGISTRY_*, OCI_IMAGE_INVALID. */
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
    if (wanted === undefined) return { outcome: 'lost' };
    if (isDryRun) return { outcome: 'moved' };
    await putManifest(registry, { reference: name.reference, ...wanted, before: now.digest });
    return { outcome: 'moved' };
  } finally {
    await registry.close();
  }
}
