import { join } from 'node:path';
import { type DebianArchitecture, parsePackageLock } from '@dema/debian';
import { findBuilderFolder, readBuilderFile } from './builder-folder.ts';

/** Names of the Debian packages that an image of a builder is assembled from. */
export async function readImagePackages(
  builder: string,
  role: 'build' | 'run',
  architecture: DebianArchitecture,
): Promise<string[]> {
  const folder = await findBuilderFolder(builder);
  const file = `${role}.lock.json`;
  const { architectures } = parsePackageLock(await readBuilderFile(folder, file), join(folder, file));
  return architectures[architecture].map(({ name }) => name);
}
