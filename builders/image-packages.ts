import type { DebianArchitecture, LockedPackage } from '@dema/debian';
import { readBaseDefinition } from './base-definition.ts';
import { readBaseLock } from './base-lock.ts';
import type { ImageRole } from './image-role.ts';

/** The Debian packages that an image of a builder is assembled from. */
export async function readLockedPackages(
  builder: string,
  role: ImageRole,
  architecture: DebianArchitecture,
): Promise<LockedPackage[]> {
  return (await readBaseLock(await readBaseDefinition(builder, role))).architectures[architecture];
}

/** Their names. */
export async function readImagePackages(
  builder: string,
  role: ImageRole,
  architecture: DebianArchitecture,
): Promise<string[]> {
  return (await readLockedPackages(builder, role, architecture)).map(({ name }) => name);
}
