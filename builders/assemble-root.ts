import type { TarEntry } from '@dema/archive';
import { certificateFiles } from './certificates.ts';
import type { ImageRole, ImageUser } from './describe-image.ts';
import { dpkgStatus } from './dpkg-status.ts';
import { mergePackages, sortRoot } from './root-entries.ts';
import { buildFolders, systemFiles } from './system-files.ts';
import { unpackPackages } from './unpack-packages.ts';

export interface AssembleOptions {
  /** Where the packages are unpacked; must stay as long as the entries are read. */
  folder: string;
  role: ImageRole;
  user: ImageUser;
}

/** A whole root out of packages: what they bring, less what an image has no use for, and what installing them would have made. */
export async function assembleRoot(
  debs: { name: string; path: string }[],
  { folder, role, user }: AssembleOptions,
): Promise<TarEntry[]> {
  const packages = await unpackPackages(debs, folder);
  const root = mergePackages(packages);
  const written = [
    ...systemFiles(root, user),
    ...(role === 'build' ? buildFolders(user) : []),
    ...(await certificateFiles(root)),
    ...dpkgStatus(packages, root),
  ];
  for (const entry of written) root.set(entry.path, entry);
  return sortRoot(root);
}
