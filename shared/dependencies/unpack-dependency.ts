import { createReadStream } from 'node:fs';
import { unpackTar } from '@dema/archive';
import type { FetchedDependency } from './fetch-dependency.ts';
import { unpackDebianPackages } from './unpack-debian-packages.ts';

export interface UnpackDependencyOptions {
  /** How many leading parts of each path are dropped, such as the folder that holds everything. Of a Debian package it is `usr` that is dropped. */
  strip?: number;
  /** Whether to unpack a member, by its path after `strip`: sources of one dependency may name that folder differently. */
  filter?: (path: string) => boolean;
}

/** Unpacks what was fetched: a tar (compressed or not, as npm packages are), or Debian packages, which are made to work in that folder. */
export async function unpackDependency(
  { paths, packages }: Pick<FetchedDependency, 'paths' | 'packages'>,
  folder: string,
  { strip = 0, filter }: UnpackDependencyOptions = {},
): Promise<void> {
  const files = packages.map((one) => ({ path: one.path, name: one.package.name }));
  if (files.length > 0) return unpackDebianPackages(files, folder, { filter });
  const options = { strip, filter: filter && ((member: string) => filter(stripPath(member, strip))) };
  for (const path of paths) await unpackTar(createReadStream(path), folder, options);
}

function stripPath(path: string, strip: number): string {
  return path.split('/').slice(strip).join('/');
}
