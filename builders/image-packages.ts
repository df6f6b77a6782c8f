import type { DebianArchitecture } from '@dema/debian';
import { readBaseDefinition } from './base-definition.ts';
import { readBaseLock } from './base-lock.ts';
import type { ImageRole } from './image-role.ts';

/** Names of the Debian packages that an image of a builder is assembled from. */
export async function readImagePackages(
  builder: string,
  role: ImageRole,
  architecture: DebianArchitecture,
): Promise<string[]> {
  const { architectures } = await readBaseLock(await readBaseDefinition(builder, role));
  return architectures[architecture].map(({ name }) => name);
}
