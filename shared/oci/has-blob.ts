import type { Digest } from '@dema/store';
import type { Registry } from './registry.ts';

/** Whether a repository has a blob; one that does not say so is taken not to. */
export async function hasBlob(registry: Registry, digest: Digest): Promise<boolean> {
  const found = await registry.ask({ method: 'HEAD', path: `blobs/${digest}`, expected: [200, 404, 405] });
  found.discard();
  return found.status === 200;
}
