import type { TarEntry } from '@dema/archive';
import type { BaseDefinition } from './base-definition.ts';
import { type Certificate, certificateFiles } from './certificates.ts';
import { dpkgStatus } from './dpkg-status.ts';
import { mergePackages, sortRoot } from './root-entries.ts';
import { buildFolders, systemFiles } from './system-files.ts';
import { unpackPackages } from './unpack-packages.ts';

export interface AssembleOptions {
  /** Where the packages are unpacked; must stay as long as the entries are read. */
  folder: string;
  definition: Pick<BaseDefinition, 'role' | 'user' | 'users' | 'only'>;
  /** That are trusted besides those of the packages. */
  certificates: Certificate[];
}

/** A whole root out of packages: what they bring, less what an image has no use for, and what installing them would have made. */
export async function assembleRoot(
  debs: { name: string; path: string }[],
  { folder, definition, certificates }: AssembleOptions,
): Promise<TarEntry[]> {
  const { role, user, users, only } = definition;
  const packages = await unpackPackages(
    debs.map((deb) => ({ ...deb, only: only[deb.name] })),
    folder,
  );
  const root = mergePackages(packages);
  const written = [
    ...systemFiles(root, [user, ...users]),
    ...(role === 'build' ? buildFolders(user) : []),
    ...(await certificateFiles(root, certificates)),
    ...dpkgStatus(packages, root),
  ];
  for (const entry of written) root.set(entry.path, entry);
  return sortRoot(root);
}
