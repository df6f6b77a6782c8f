import { resolve } from 'node:path';
import { readBuilder } from '@dema/builders';
import type { BuildpackFolder } from '@dema/engine';
import type { Store } from '@dema/store';
import { findBuildpackPath } from './buildpack-path.ts';
import { buildpackUnknown } from './faults.ts';
import { openBuildpack, openBuildpacks } from './packaged-buildpacks.ts';

/** The buildpacks that a builder holds. */
export async function listBuildpacks(store: Store, builder: string): Promise<BuildpackFolder[]> {
  const { buildpackPaths } = await readBuilder(builder);
  return Promise.all(buildpackPaths.map((path) => openBuildpack(store, path)));
}

/** A buildpack by the path of its folder or package, or by its id in a builder. Fault CLI_ARGUMENTS_INVALID. */
export async function findBuildpack(store: Store, name: string, builder: string): Promise<BuildpackFolder> {
  const path = findBuildpackPath(name);
  if (path !== undefined) return (await openBuildpacks(store, resolve(path)))[0];
  const all = await listBuildpacks(store, builder);
  const found = all.find(({ descriptor }) => descriptor.buildpack.id === name);
  if (found) return found;
  throw buildpackUnknown(
    name,
    all.map(({ descriptor }) => descriptor.buildpack.id),
  );
}
